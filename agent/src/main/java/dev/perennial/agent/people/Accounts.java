package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Accounts by what people call them. */
final class Accounts {
    static final String PATH = "/v1/accounts";
    private static final String KIND = "account:";
    private static final String FIRST_ORGANISATION = "default";
    private static final int NOT_FOUND = 404;

    private final Session session;

    Accounts(Session session) {
        this.session = session;
    }

    /** By its name among those that the caller sees, or by its id. */
    JsonTree find(String given)
            throws ConfigException, EndedException, ServerException, RefusedException, NotThereException {
        List<JsonTree> found = new ArrayList<>(named(given));
        if (found.isEmpty() && Session.isId(given)) {
            try {
                found.add(session.get(PATH + "/" + given));
            } catch (RefusedException e) {
                if (e.status() != NOT_FOUND) {
                    throw e;
                }
            }
        }
        if (found.size() > 1) {
            throw new ConfigException("several organisations have an account '" + Visible.of(given)
                    + "': say its id, as 'perennial admin accounts list' shows it");
        }
        if (found.isEmpty()) {
            throw new NotThereException("there is no such account: " + Visible.of(given)
                    + "; 'perennial admin accounts list' shows those that you may see");
        }
        return found.get(0);
    }

    /** A server that knows no such filter shows them all, so it is looked at here too. */
    private List<JsonTree> named(String given)
            throws ConfigException, EndedException, ServerException, RefusedException {
        String name = given.toLowerCase(Locale.ROOT);
        return session.get(new Query(PATH).add("name", given).add("limit", "500")).at("/accounts").elements().stream()
                .filter(account -> account.text("/spec/name").equals(name))
                .toList();
    }

    String id(String given)
            throws ConfigException, EndedException, ServerException, RefusedException, NotThereException {
        return Session.id(find(given).text("/metadata/id"));
    }

    /** The caller's own account by its id; empty where the caller is none. */
    String ownId() throws ConfigException, EndedException, ServerException, RefusedException {
        String me = session.get("/v1/me").text("/status/name");
        return me.startsWith(KIND) ? me.substring(KIND.length()) : "";
    }

    /** As which user the caller comes in with a password. */
    String ownUser() throws ConfigException, EndedException, ServerException, RefusedException {
        String id = ownId();
        if (id.isEmpty()) {
            throw new ConfigException("you are no account here, so say --account ACCOUNT");
        }
        return user(session.get(PATH + "/" + Session.id(id)));
    }

    static String user(JsonTree account) {
        return user(account.text("/spec/org_id"), account.text("/spec/name"));
    }

    /** The user of Basic: {@code NAME} in the first organisation, {@code ORGANISATION/NAME} in another. */
    static String user(String organisation, String name) {
        return organisation.isEmpty() || organisation.equals(FIRST_ORGANISATION) ? name : organisation + "/" + name;
    }
}
