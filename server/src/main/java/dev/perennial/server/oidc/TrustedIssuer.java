package dev.perennial.server.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.model.Role;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.NamePattern;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One issuer of the configuration.
 *
 * @param issuer compared with {@code iss} letter by letter (RFC 7519 §4.1.1)
 * @param audience one of these has to be in {@code aud}
 * @param jwksUri where its keys are; null: discovered
 * @param roots whose certificates are believed when its keys are fetched, as PEM; null: the platform's
 */
public record TrustedIssuer(
        String issuer,
        List<String> audience,
        @Nullable URI jwksUri,
        @Nullable String roots,
        Set<Algorithm> algorithms,
        String organisation,
        List<Rule> rules) {

    /** The texts of the claims that its rules look at, by their paths; of a token nothing else is kept. */
    Map<String, List<String>> lookedAt(JsonNode claims) {
        Map<String, List<String>> texts = new TreeMap<>();
        for (Rule rule : rules) {
            rule.when().keySet().forEach(path -> texts.computeIfAbsent(path.text(), text -> path.values(claims)));
        }
        return texts;
    }

    /** What the rules that match add up to; empty where none does. */
    Optional<Federated> admit(String subject, Map<String, List<String>> claims, Instant expires) {
        List<Rule> matching =
                rules.stream().filter(rule -> rule.matches(claims)).toList();
        if (matching.isEmpty()) {
            return Optional.empty();
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Set<NamePattern> names = new LinkedHashSet<>();
        for (Rule rule : matching) {
            roles.addAll(rule.roles());
            names.addAll(rule.names().patterns());
        }
        return Optional.of(new Federated(
                issuer,
                subject,
                organisation,
                Set.copyOf(roles),
                new Grants(List.copyOf(names), null),
                claims,
                expires));
    }
}
