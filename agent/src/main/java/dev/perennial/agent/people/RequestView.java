package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.key.CertificationRequest;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A signing request for people. */
final class RequestView {
    private final JsonTree request;
    private final Times times;

    RequestView(JsonTree request, Times times) {
        this.request = request;
        this.times = times;
    }

    static Table table() {
        return new Table("ID", "STATE", "NAMES", "SIGNER", "EXPIRES", "CREATED");
    }

    void row(Table table) {
        table.row(
                request.text("/metadata/id"),
                state(),
                Names.brief(Names.ofRequest(request)),
                request.text("/status/signer"),
                times.brief(newest().text("/status/not_after")),
                times.brief(request.text("/metadata/created")));
    }

    private String state() {
        String next = request.text("/status/next/state");
        return request.text("/status/state") + (next.isEmpty() ? "" : " next " + next);
    }

    private JsonTree newest() {
        List<JsonTree> certificates = request.at("/status/certificates").elements();
        return certificates.isEmpty() ? request.at("/none") : certificates.get(certificates.size() - 1);
    }

    /** The hash of what was shown and an approval or a denial is about; null where the server shows neither. */
    @Nullable
    String decidedHash() throws IOException {
        JsonTree next = request.at("/status/next");
        String told = next.isThere() ? next.text("/pkcs10_sha256") : request.text("/status/pkcs10_sha256");
        String shown = sha256(next.isThere() ? next.text("/request") : request.text("/spec/request"));
        if (shown.isEmpty()) {
            return told.isEmpty() ? null : told;
        }
        if (!told.isEmpty() && !told.equals(shown)) {
            throw new IOException("the server shows one PKCS#10 and tells the hash of another: nothing was decided");
        }
        return shown;
    }

    private static String sha256(String pem) {
        try {
            return CertificationRequest.parse(pem).sha256();
        } catch (CertificateException e) {
            return "";
        }
    }

    Details details() {
        Details details = new Details()
                .add("request", request.text("/metadata/id"))
                .add("state", withReason(request.at("/status")));
        JsonTree next = request.at("/status/next");
        if (next.isThere()) {
            details.add("next", "generation " + next.text("/generation") + ": " + withReason(next));
            if (next.text("/request").isEmpty()) {
                details.add("next SHA-256", next.text("/pkcs10_sha256") + " (its PKCS#10 is not shown by this server)");
            }
            asked(details, next.text("/request"), "next ");
            details.add("next usages", usages(next.at("/usages")));
        }
        details.add("signer", request.text("/status/signer"))
                .add("target issuer", request.text("/spec/target_issuer"))
                .add("organisation", request.text("/spec/org_id"))
                .add("agent", request.text("/status/connector_id"))
                .addAll(
                        "names",
                        Names.ofRequest(request).stream().map(Visible::punycode).toList());
        asked(details, request.text("/spec/request"), "");
        details.add("usages", usages(request.at("/spec/usages")));
        return rest(details);
    }

    private static String usages(JsonTree usages) {
        return String.join(", ", usages.texts());
    }

    /** What the PKCS#10 itself says: the whole of it, since the status names DNS names alone. */
    private void asked(Details details, String pem, String which) {
        if (pem.isEmpty()) {
            return;
        }
        try {
            CertificationRequest asked = CertificationRequest.parse(pem);
            details.addAll(
                            which + "asks for",
                            asked.names().stream().map(Visible::punycode).toList())
                    .add(which + "subject", asked.subject())
                    .add(which + "extensions", String.join(" ", asked.extensions()))
                    .add(which + "key", asked.key())
                    .add(which + "SHA-256", asked.sha256() + " (of the PKCS#10)");
        } catch (CertificateException e) {
            details.add(which + "PKCS#10", e.getMessage() == null ? "cannot be read" : e.getMessage());
        }
    }

    private Details rest(Details details) {
        details.add("generation", request.text("/status/generation"))
                .add("renewed", request.text("/status/auto_renew").equals("true") ? "by the server" : "no");
        JsonTree rotation = request.at("/status/rotation");
        if (rotation.isThere()) {
            String deadline = rotation.text("/deadline");
            details.add(
                    "rotation",
                    "asked for" + (deadline.isEmpty() ? "" : ", until " + times.of(deadline))
                            + (rotation.text("/reason").isEmpty() ? "" : ": " + rotation.text("/reason")));
        }
        details.add("created", times.of(request.text("/metadata/created")))
                .add("updated", times.of(request.text("/metadata/updated")));
        for (JsonTree certificate : request.at("/status/certificates").elements()) {
            details.add("certificate", new CertificateView(certificate, times).line());
        }
        for (JsonTree update : request.at("/status/certificate_updates").elements()) {
            details.add(
                    "update",
                    times.of(update.text("/metadata/created")) + " " + update.text("/spec/reason") + " "
                            + update.text("/spec/message"));
        }
        return details;
    }

    private static String withReason(JsonTree of) {
        String reason = of.text("/reason");
        String message = of.text("/message");
        String why = message.startsWith(reason) ? message : reason + (message.isEmpty() ? "" : ": " + message);
        return of.text("/state") + (why.isEmpty() ? "" : " (" + why + ")");
    }
}
