package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Accounts by what people call them. */
final class Accounts {
    static final String PATH = "/v1/accounts";
    private static final String KIND = "account:";
    private static final String FIRST_ORGANISATION = "default";

    private final Session session;

    Accounts(Session session) {
        this.session = session;
    }

    /** By its id, else by its name among those that the caller sees. */
    JsonTree find(String given) throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        String name = given.toLowerCase(Locale.ROOT);
        List<JsonTree> named = session.get(new Query(PATH).add("limit", "500")).at("/accounts").elements().stream()
                .filter(account -> account.text("/metadata/id").equals(given)
                        || account.text("/spec/name").equals(name))
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        if (named.size() > 1) {
            throw new ConfigException("several organisations have an account '" + Visible.of(given)
                    + "': say its id, as 'perennial admin accounts' lists it");
        }
        return session.get(PATH + "/" + Session.id(given));
    }

    String id(String given) throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        return Session.id(find(given).text("/metadata/id"));
    }

    /** The caller's own account by its id; empty where the caller is none. */
    String ownId() throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        String me = session.get("/v1/me").text("/status/name");
        return me.startsWith(KIND) ? me.substring(KIND.length()) : "";
    }

    /** As which user the caller comes in with a password. */
    String ownUser() throws ConfigException, IOException, EndedException, ServerException, RefusedException {
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
