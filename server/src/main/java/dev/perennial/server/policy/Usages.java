package dev.perennial.server.policy;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.ExtendedKeyUsage;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.KeyUsage;
import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The usages that come with a PKCS#10, in the order they were asked for; none where the requester says nothing of it. */
public record Usages(List<Usage> asked) {
    private static final Usages NONE = new Usages(List.of());

    /** What stands in where a signer goes by the request and the request says nothing. */
    private static final Usages STAND_IN =
            new Usages(List.of(Usage.DIGITAL_SIGNATURE, Usage.KEY_ENCIPHERMENT, Usage.SERVER_AUTH));

    private static final Set<KeyUsage> STAMPING = Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.CONTENT_COMMITMENT);

    public Usages {
        asked = List.copyOf(asked);
    }

    public static Usages none() {
        return NONE;
    }

    /** @throws ProblemException malformed, naming the word that is none, or is there twice */
    public static Usages parse(String path, @Nullable List<String> words) {
        if (words == null) {
            return NONE;
        }
        List<Usage> asked = new ArrayList<>();
        for (String word : words) {
            Usage usage = Usage.of(word)
                    .orElseThrow(() -> ProblemException.of(
                            ProblemType.MALFORMED, path + ": each must be one of " + Usage.words()));
            if (asked.contains(usage)) {
                throw ProblemException.of(ProblemType.MALFORMED, path + ": \"" + word + "\" is there twice");
            }
            asked.add(usage);
        }
        return new Usages(asked);
    }

    /** As they were asked for; empty where nothing was. */
    public List<String> words() {
        return asked.stream().map(Usage::word).toList();
    }

    public boolean isNone() {
        return asked.isEmpty();
    }

    private List<Usage> effective() {
        return isNone() ? STAND_IN.asked : asked;
    }

    /** Why no certificate is made as they ask; null where one is. */
    @Nullable
    String problem() {
        List<Usage> all = effective();
        List<String> never =
                all.stream().filter(Usage::isNeverGranted).map(Usage::word).toList();
        if (!never.isEmpty()) {
            return "no signer grants " + String.join(", ", never);
        }
        Set<ExtendedKeyUsage> purposes = purposes();
        if (purposes.isEmpty()) {
            return "they name no purpose, such as server auth or client auth";
        }
        if (purposes.contains(ExtendedKeyUsage.TIME_STAMPING) && purposes.size() > 1) {
            return "timestamping goes with no other purpose (RFC 3161 §2.3)";
        }
        if (all.contains(Usage.ENCIPHER_ONLY) && all.contains(Usage.DECIPHER_ONLY)) {
            return "encipher only and decipher only exclude each other (RFC 5480 §3)";
        }
        boolean oneWay = all.contains(Usage.ENCIPHER_ONLY) || all.contains(Usage.DECIPHER_ONLY);
        return oneWay && !all.contains(Usage.KEY_AGREEMENT)
                ? "encipher only and decipher only mean nothing without key agreement (RFC 5280 §4.2.1.3)"
                : null;
    }

    /** Those that are not among the given ones. */
    List<String> beyond(Set<Usage> allowed) {
        return asked.stream()
                .filter(usage -> !allowed.contains(usage))
                .map(Usage::word)
                .toList();
    }

    private Set<ExtendedKeyUsage> purposes() {
        Set<ExtendedKeyUsage> purposes = EnumSet.noneOf(ExtendedKeyUsage.class);
        for (Usage usage : effective()) {
            ExtendedKeyUsage purpose = usage.purpose();
            if (purpose != null) {
                purposes.add(purpose);
            }
        }
        return purposes;
    }

    /** The certificate that they ask for: what a key of that kind cannot be used for is left out. */
    CertificateProfile profile(KeyKind kind) {
        Set<KeyUsage> bits = new HashSet<>();
        for (Usage usage : effective()) {
            KeyUsage bit = usage.bit();
            if (bit != null && usage.fits(kind.family())) {
                bits.add(bit);
            }
        }
        // Beside these OpenSSL lets a time stamper have no other (RFC 5280 §4.2.1.12), and it has no purpose that needs
        // one.
        if (purposes().contains(ExtendedKeyUsage.TIME_STAMPING)) {
            bits.retainAll(STAMPING);
        }
        // A certificate whose bits do not serve its purpose could be used for nothing; every kind of key signs, and
        // signatures serve every purpose (RFC 5280 §4.2.1.12).
        if (bits.isEmpty() || !purposes().stream().allMatch(purpose -> serve(bits, purpose))) {
            bits.add(KeyUsage.DIGITAL_SIGNATURE);
        }
        return CertificateProfile.endEntity(bits, List.copyOf(new TreeSet<>(purposes())));
    }

    private static boolean serve(Set<KeyUsage> bits, ExtendedKeyUsage purpose) {
        Set<KeyUsage> serving =
                switch (purpose) {
                    case SERVER_AUTH ->
                        Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);
                    case CLIENT_AUTH -> Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT);
                    case CODE_SIGNING -> Set.of(KeyUsage.DIGITAL_SIGNATURE);
                    case EMAIL_PROTECTION ->
                        Set.of(
                                KeyUsage.DIGITAL_SIGNATURE,
                                KeyUsage.CONTENT_COMMITMENT,
                                KeyUsage.KEY_ENCIPHERMENT,
                                KeyUsage.KEY_AGREEMENT);
                    case TIME_STAMPING, OCSP_SIGNING -> STAMPING;
                    case IPSEC_END_SYSTEM, IPSEC_TUNNEL, IPSEC_USER, MICROSOFT_SGC, NETSCAPE_SGC -> bits;
                };
        return bits.stream().anyMatch(serving::contains);
    }
}
