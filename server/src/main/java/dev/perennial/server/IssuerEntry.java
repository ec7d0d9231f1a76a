package dev.perennial.server;

import dev.perennial.model.Role;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.oidc.Algorithm;
import dev.perennial.server.oidc.ClaimPath;
import dev.perennial.server.oidc.ClaimPattern;
import dev.perennial.server.oidc.Rule;
import dev.perennial.server.oidc.TrustedIssuer;
import dev.perennial.server.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entry of {@code oidc} in the configuration file, as it is written. */
record IssuerEntry(
        @Nullable String issuer,
        @Nullable List<String> audience,
        @Nullable String jwksUri,
        @Nullable String ca,
        @Nullable List<String> algorithms,
        @Nullable String organisation,
        @Nullable List<RuleEntry> rules) {

    private static final int LONGEST_ISSUER = 512;

    record RuleEntry(
            @Nullable Map<String, String> when,
            @Nullable List<String> roles,
            @Nullable List<String> names) {}

    /** @throws ConfigurationException naming the key that is wrong */
    static List<TrustedIssuer> all(@Nullable List<IssuerEntry> entries) {
        List<TrustedIssuer> issuers = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (IssuerEntry entry : entries == null ? List.<IssuerEntry>of() : entries) {
            String key = "oidc[" + issuers.size() + "]";
            TrustedIssuer issuer = entry.trusted(key);
            if (!seen.add(issuer.issuer())) {
                throw new ConfigurationException(key + ".issuer: is there twice; put its rules into one entry");
            }
            issuers.add(issuer);
        }
        return List.copyOf(issuers);
    }

    private TrustedIssuer trusted(String key) {
        if (audience == null || audience.isEmpty() || audience.stream().anyMatch(String::isBlank)) {
            throw new ConfigurationException(
                    key + ".audience: must name what tokens for this server have in aud, like [perennial]");
        }
        if (rules == null || rules.isEmpty()) {
            throw new ConfigurationException(key + ".rules: must have a rule, else nobody comes in");
        }
        List<Rule> made = new ArrayList<>();
        for (RuleEntry rule : rules) {
            made.add(rule(key + ".rules[" + made.size() + "]", rule));
        }
        URI url = url(key + ".issuer", issuer);
        if (url.getRawQuery() != null || url.toString().length() > LONGEST_ISSUER) {
            throw new ConfigurationException(
                    key + ".issuer: must have no query, and at most " + LONGEST_ISSUER + " characters");
        }
        return new TrustedIssuer(
                url.toString(),
                List.copyOf(audience),
                jwksUri == null ? null : url(key + ".jwks_uri", jwksUri),
                ca == null ? null : roots(key + ".ca", ca),
                algorithms == null ? EnumSet.allOf(Algorithm.class) : algorithms(key + ".algorithms", algorithms),
                organisation == null ? "default" : organisation,
                List.copyOf(made));
    }

    /** Plain http is for an issuer on this machine alone; the guard of outgoing calls holds it to that. */
    private static URI url(String key, @Nullable String text) {
        try {
            URI url = URI.create(text == null ? "" : text);
            boolean loopback = "http".equals(url.getScheme())
                    && Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(url.getHost()));
            if (("https".equals(url.getScheme()) || loopback)
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for another scheme.
        }
        throw new ConfigurationException(key + ": must be an https URL without user and fragment");
    }

    private static String roots(String key, String file) {
        try {
            String pem = Files.readString(Path.of(file));
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty()) {
                return pem;
            }
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(key + ": " + file + " cannot be read: " + e);
        } catch (CertificateException e) {
            // Said below, as for a file without any.
        }
        throw new ConfigurationException(key + ": " + file + " holds no certificates in PEM");
    }

    private static Set<Algorithm> algorithms(String key, List<String> words) {
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (String word : words) {
            algorithms.add(Algorithm.of(word)
                    .orElseThrow(() -> new ConfigurationException(key + ": there is no " + word
                            + "; there are "
                            + Stream.of(Algorithm.values()).map(Algorithm::word).collect(Collectors.joining(", ")))));
        }
        if (algorithms.isEmpty()) {
            throw new ConfigurationException(key + ": must name one");
        }
        return algorithms;
    }

    private static Rule rule(String key, RuleEntry entry) {
        if (entry.when() == null || entry.when().isEmpty()) {
            throw new ConfigurationException(
                    key + ".when: must name a claim; a rule for all whom the issuer knows is {sub: \"*\"}");
        }
        Map<ClaimPath, ClaimPattern> when = new TreeMap<>();
        entry.when().forEach((claim, text) -> {
            try {
                when.put(new ClaimPath(claim), ClaimPattern.parse(text));
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(key + ".when." + claim + ": " + e.getMessage());
            }
        });
        return new Rule(Map.copyOf(when), roles(key + ".roles", entry.roles()), names(key + ".names", entry.names()));
    }

    private static Set<Role> roles(String key, @Nullable List<String> words) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : words == null ? List.<String>of() : words) {
            roles.add(Role.of(word)
                    .filter(role -> role != Role.AGENT)
                    .orElseThrow(() -> new ConfigurationException(key + ": there is no role " + word
                            + " to give; there are "
                            + Stream.of(Role.values())
                                    .filter(role -> role != Role.AGENT)
                                    .map(Role::word)
                                    .collect(Collectors.joining(", ")))));
        }
        if (roles.isEmpty()) {
            throw new ConfigurationException(key + ": must name a role");
        }
        return Set.copyOf(roles);
    }

    private static Grants names(String key, @Nullable List<String> patterns) {
        try {
            return Grants.parse(patterns == null ? List.of() : patterns);
        } catch (ProblemException e) {
            throw new ConfigurationException(key + ": " + e.detail());
        }
    }
}
