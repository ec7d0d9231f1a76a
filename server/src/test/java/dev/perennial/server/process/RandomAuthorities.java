package dev.perennial.server.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Roots with one CA below each, made over the API when they are first asked for, and the signers that use them. */
final class RandomAuthorities {
    /** The kinds of keys; the line that a server has from the start; one whose issuing CA is constrained. */
    static final List<String> LINES =
            List.of("rsa-2048", "rsa-3072", "ec-p256", "ec-p384", "ed25519", "installation", "constrained");

    private final ApiClient api;
    private final Map<String, Line> lines = new HashMap<>();
    private final Map<String, String> signers = new HashMap<>();

    /** A root and the CA below it. */
    record Line(String rootId, X509 root, String issuerId, X509 issuer) {
        private static Line of(Exchange root, Exchange issuer) {
            return new Line(root.id(), certificate(root), issuer.id(), certificate(issuer));
        }

        private static X509 certificate(Exchange authority) {
            return X509.parsePem(authority.text("/status/certificate"));
        }
    }

    RandomAuthorities(ApiClient api) {
        this.api = api;
    }

    Line line(String word) {
        return lines.computeIfAbsent(word, this::make);
    }

    private Line make(String word) {
        return switch (word) {
            case "installation" -> Line.of(installed(0), installed(1));
            case "constrained" -> {
                Exchange root = make("root", "Above constrained", Map.of("key", "ec-p256", "path_length", 2));
                Map<String, ?> names = Map.of("permitted", RandomNames.PERMITTED, "excluded", RandomNames.EXCLUDED);
                yield Line.of(
                        root,
                        make(
                                "intermediate",
                                "Constrained",
                                Map.of(
                                        "key",
                                        "ec-p384",
                                        "issuer_id",
                                        root.id(),
                                        "path_length",
                                        1,
                                        "name_constraints",
                                        names)));
            }
            default -> {
                Exchange root = make("root", "Root " + word, Map.of("key", word));
                yield Line.of(
                        root, make("intermediate", "Issuing " + word, Map.of("key", word, "issuer_id", root.id())));
            }
        };
    }

    private Exchange installed(int index) {
        String id =
                api.get(ApiClient.AUTHORITIES).expect(200).text("/certificate_authorities/" + index + "/metadata/id");
        return api.get(ApiClient.AUTHORITIES + "/" + id).expect(200);
    }

    private Exchange make(String type, String name, Map<String, ?> more) {
        Map<String, Object> spec = new HashMap<>(Map.of("org_id", "default", "type", type, "name", name));
        spec.putAll(more);
        return api.post(ApiClient.AUTHORITIES, Bodies.spec(spec)).expect(201);
    }

    /** The name of one that signs it. */
    String signer(RandomIssuance asked) {
        List<String> policies = new ArrayList<>();
        if (asked.policies()) {
            policies.addAll(List.of("2.23.140.1.2.1", "1.3.6.1.4.1.32473.1"));
        }
        String terms = asked.authority() + " " + asked.profile() + " " + asked.pointers() + " " + policies;
        return signers.computeIfAbsent(terms, absent -> {
            ObjectNode body = Bodies.signer(
                    "judged.test/s" + signers.size(), line(asked.authority()).issuerId(), asked.profile());
            Bodies.with(body, "revocation", asked.pointers() ? "crl-ocsp" : "none");
            Bodies.with(body, "policies", policies);
            return api.post(ApiClient.SIGNERS, body).expect(201).text("/spec/name");
        });
    }
}
