package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Revoking what a query finds: shown, confirmed by its number, begun, and followed to its end. */
final class RevokingFound {
    private static final String PATH = "/v1/revocations";
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Session session;
    private final Consent consent;

    RevokingFound(Session session, Consent consent) {
        this.session = session;
        this.consent = consent;
    }

    int revoke(String orgId, String reason, boolean withKeys, Map<String, Object> conditions) throws Exception {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("org_id", orgId);
        spec.put("reason", reason);
        if (withKeys) {
            spec.put("with_keys", true);
        }
        spec.put("query", conditions);
        JsonTree preview = session.post(PATH, Map.of("spec", spec));
        String path = PATH + "/" + preview.text("/metadata/id");
        String total = preview.text("/status/total");
        show(preview, total);
        try {
            session.dialogue()
                    .confirmByTyping(
                            consent.isGiven(),
                            "Revoke these " + total + " certificates for " + Visible.of(reason) + "?",
                            total);
        } catch (DeclinedException e) {
            session.post(path + "/cancel", Map.of());
            throw e;
        }
        JsonTree act = follow(path, session.post(path + "/start", Map.of()));
        session.dialogue().done(act, said(act));
        return act.text("/status/state").equals("cancelled") ? Reply.FAILED : Reply.WELL;
    }

    /** Beside the answer, as what is about to be decided. */
    private void show(JsonTree preview, String total) {
        if (consent.isGiven() && session.dialogue().json()) {
            return;
        }
        Table table = CertificateView.table();
        List<JsonTree> first = preview.at("/status/certificates").elements();
        first.forEach(one -> new CertificateView(one, session.times()).row(table));
        table.print(session.surroundings().err(), session.dialogue().width());
        session.dialogue().note("(" + first.size() + " of " + total + ")");
    }

    private JsonTree follow(String path, JsonTree started) throws Exception {
        JsonTree act = started;
        String told = "";
        while (isUnderWay(act)) {
            String line = said(act);
            if (!line.equals(told)) {
                session.dialogue().note(line);
                told = line;
            }
            Thread.sleep(PAUSE.toMillis());
            act = session.get(path);
        }
        return act;
    }

    /** Where keys are looked for once more nothing may come of it: nobody waits for that. */
    private static boolean isUnderWay(JsonTree act) {
        return act.text("/status/state").equals("running")
                && number(act, "done") + number(act, "failed") < number(act, "total");
    }

    private static int number(JsonTree act, String field) {
        return Integer.parseInt(act.text("/status/" + field));
    }

    private static String said(JsonTree act) {
        int failed = number(act, "failed");
        return "revoked " + number(act, "done") + " of " + number(act, "total")
                + (failed == 0 ? "" : ", " + failed + " were gone by then")
                + (act.text("/status/state").equals("cancelled") ? ": cancelled" : "");
    }
}
