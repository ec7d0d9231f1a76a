package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By what requests and certificates are found. */
final class Filters {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

    @Option(names = "--name", paramLabel = "NAME", description = "Only what carries this very name.")
    private @Nullable String name;

    @Option(names = "--name-contains", paramLabel = "TEXT", description = "Only what carries a name with this in it.")
    private @Nullable String nameContains;

    @Option(names = "--serial", paramLabel = "HEX", description = "Only the certificate with this serial number.")
    private @Nullable String serial;

    @Option(names = "--signer", paramLabel = "SIGNER", description = "Only what is for this signer; may be repeated.")
    private @Nullable List<String> signers;

    @Option(names = "--issuer", paramLabel = "ID", description = "Only certificates of this CA.")
    private @Nullable String issuer;

    @Option(names = "--agent", paramLabel = "ID", description = "Only what belongs to this agent.")
    private @Nullable String agent;

    @Option(
            names = "--expires-before",
            paramLabel = "WHEN",
            description = "Only what ends before then: P30D (from now), 2027-01-31, or an RFC 3339 instant.")
    private @Nullable String expiresBefore;

    @Option(names = "--expires-after", paramLabel = "WHEN", description = "Only what ends then or later.")
    private @Nullable String expiresAfter;

    @Option(names = "--count", description = "Print how many there are, and no list.")
    private boolean count;

    /** Whether a number is wanted rather than a list. */
    boolean count() {
        return count;
    }

    /** Shows how many there are. */
    int count(Session session, Query query) throws ConfigException, EndedException, ServerException, RefusedException {
        JsonTree found = session.get(query.add("limit", "1").add("count", "true"));
        String total = found.text("/total");
        if (!NUMBER.matcher(total).matches()) {
            session.dialogue().note("perennial: this server does not count");
            return Reply.FAILED;
        }
        session.dialogue().done(found, total);
        if (found.text("/total_is_at_least").equals("true")) {
            session.dialogue().note("(at least: it is exact up to there)");
        }
        return Reply.WELL;
    }

    /** The conditions by name, as a query that is sent in a body has them. */
    Map<String, Object> conditions(Times times) throws ConfigException {
        if (count) {
            throw new ConfigException("--count goes with lists");
        }
        Map<String, Object> conditions = new LinkedHashMap<>();
        put(conditions, "name", name);
        put(conditions, "name_contains", nameContains);
        put(conditions, "serial_number", serial);
        put(conditions, "signer", signers);
        put(conditions, "issuer", issuer);
        put(conditions, "connector_id", agent);
        put(conditions, "expires_before", expiresBefore == null ? null : times.ahead(expiresBefore));
        put(conditions, "expires_after", expiresAfter == null ? null : times.ahead(expiresAfter));
        return conditions;
    }

    private static void put(Map<String, Object> conditions, String name, @Nullable Object value) {
        if (value != null) {
            conditions.put(name, value);
        }
    }

    Query addTo(Query query, Times times) {
        return query.add("name", name)
                .add("name_contains", nameContains)
                .add("serial_number", serial)
                .addAll("signer", signers)
                .add("issuer", issuer)
                .add("connector_id", agent)
                .add("expires_before", expiresBefore == null ? null : times.ahead(expiresBefore))
                .add("expires_after", expiresAfter == null ? null : times.ahead(expiresAfter));
    }
}
