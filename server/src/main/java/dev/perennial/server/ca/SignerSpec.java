package dev.perennial.server.ca;

import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a signer.
 *
 * @param orgId whose it is; null: everybody's
 * @param authorityId the CA that it signs with; null only where it is manual
 * @param validity of its certificates
 * @param approval who says yes
 * @param fourEyes whether a person's yes has to be another person's than the requester
 * @param noRevocation whether its certificates tell relying parties that they cannot learn of a revocation (RFC 9608)
 * @param policies certificate policies by dotted identifier
 */
public record SignerSpec(
        @Nullable String orgId,
        String name,
        Type type,
        @Nullable String authorityId,
        Profile profile,
        Duration validity,
        Approval approval,
        boolean fourEyes,
        boolean enabled,
        boolean noRevocation,
        List<String> policies) {
    private static final int LONGEST_NAME = 571;
    private static final int LONGEST_DOMAIN = 253;
    private static final int MOST_POLICIES = 20;
    static final Duration LONGEST = Duration.ofDays(36_525);

    /** As Kubernetes has it: a domain of two labels or more, a slash, and a path of such pieces with dots between. */
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    private static final Pattern NAME =
            Pattern.compile(LABEL + "(?:\\." + LABEL + ")+/" + LABEL + "(?:\\." + LABEL + ")*");
    /** Those of Kubernetes itself, with what they sign; they are there once an administrator makes them with a CA. */
    private static final Map<String, Profile> BUILT_IN = Map.of(
            "kubernetes.io/kube-apiserver-client",
            Profile.KUBERNETES_CLIENT,
            "kubernetes.io/kube-apiserver-client-kubelet",
            Profile.KUBELET_CLIENT,
            "kubernetes.io/kubelet-serving",
            Profile.KUBELET_SERVING);

    /** RFC 5280 §4.2.1.4. */
    private static final String ANY_POLICY = "2.5.29.32.0";

    private static final Pattern POLICY =
            Pattern.compile("(?:[01]\\.[123]?[0-9]|2\\.(?:0|[1-9][0-9]{0,8}))" + "(?:\\.(?:0|[1-9][0-9]{0,8})){1,30}");

    public SignerSpec {
        policies = List.copyOf(policies);
    }

    /** What happens to a request that was approved. */
    public enum Type {
        /** One of our CAs signs it. */
        LOCAL,
        /** Nothing, until a person signs it with a CA, or puts in a certificate that was made elsewhere. */
        MANUAL,
        /** Whoever goes by that name elsewhere puts in a certificate; none of these is stored. */
        OUTSIDE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Type of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** What of it cannot be, with the field; null where nothing is wrong. */
    @Nullable
    String problem() {
        if (!isName(name)) {
            return "name: must be like example.com/web: a DNS domain of two labels or more, a slash, and a path of"
                    + " lower-case letters, digits, - and .";
        }
        if (type == Type.OUTSIDE) {
            return "type: local or manual; who signs elsewhere is named by requests and made nowhere";
        }
        Profile builtIn = BUILT_IN.get(name);
        if (builtIn != null && profile != builtIn) {
            return "profile: upstream's signer " + name + " is of the profile " + builtIn.word();
        }
        if (type == Type.MANUAL && (authorityId != null || approval != Approval.PERSON)) {
            return "type: a manual signer has no ca_id, and its policy is person";
        }
        if (type == Type.LOCAL && authorityId == null) {
            return "ca_id: a local signer needs the id of its CA";
        }
        if (validity.compareTo(Duration.ofSeconds(1)) < 0 || validity.compareTo(LONGEST) > 0) {
            return "validity: must be from PT1S to P36525D";
        }
        boolean sound = policies.size() <= MOST_POLICIES
                && new HashSet<>(policies).size() == policies.size()
                && policies.stream().allMatch(policy -> POLICY.matcher(policy).matches())
                && !policies.contains(ANY_POLICY);
        return sound
                ? null
                : "policies: at most " + MOST_POLICIES + " different object identifiers like 1.3.6.1.4.1.1, and not "
                        + ANY_POLICY + " (anyPolicy), which is for CAs";
    }

    private static boolean isName(String name) {
        return name.length() <= LONGEST_NAME
                && name.indexOf('/') <= LONGEST_DOMAIN
                && NAME.matcher(name).matches();
    }

    /** Its terms in one line, in the words of the configuration file. */
    String terms() {
        return "validity %s, profile %s, policy %s, four_eyes %s, enabled %s, revocation %s, policies %s, type %s, ca_id %s"
                .formatted(
                        validity,
                        profile.word(),
                        approval.word(),
                        fourEyes,
                        enabled,
                        revocation(),
                        policies,
                        type.word(),
                        authorityId == null ? "none" : authorityId);
    }

    /** How relying parties learn of revocations, in the word of the API. */
    public String revocation() {
        return noRevocation ? "none" : "crl-ocsp";
    }
}
