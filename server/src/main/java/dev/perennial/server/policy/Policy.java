package dev.perennial.server.policy;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may have which name. Every rule looks at all names, so that the answer names all that stand in the way; the first
 * rule that refuses decides.
 */
public final class Policy {
    private final Supplier<Set<Identifier>> ownNames;

    /** @param ownNames the servers' own names now: a wide grant must not yield a certificate that agents take for one */
    public Policy(Supplier<Set<Identifier>> ownNames) {
        this.ownNames = ownNames;
    }

    /** Decides about a PKCS#10 for a caller under a profile. */
    public Decision decide(Pkcs10 pkcs10, Caller caller, Profile profile) {
        List<Identifier> names = names(pkcs10, profile);
        String commonName = pkcs10.commonName();
        if (names.isEmpty() && (profile == Profile.SERVER || commonName == null)) {
            return refuse("names", "the PKCS#10 asks for no name; put a subjectAltName into it", List.of());
        }
        List<Identifier> unfit =
                names.stream().filter(name -> !profile.takes(name.type())).toList();
        if (!unfit.isEmpty()) {
            return refuse("profile", "the profile " + profile.word() + " takes no such names", unfit);
        }
        String unfitCommonName = unfitCommonName(commonName, names, caller, profile);
        if (unfitCommonName != null) {
            return refuse("common-name", unfitCommonName, List.of());
        }
        List<Identifier> own = names.stream()
                .filter(name -> isOwn(name) && !caller.isBootstrap())
                .filter(name -> !caller.grants().coversExactly(name))
                .toList();
        if (!own.isEmpty()) {
            return refuse("own-names", "the server's own names need a grant of exactly that name", own);
        }
        List<Identifier> uncovered =
                names.stream().filter(name -> !caller.grants().covers(name)).toList();
        if (!uncovered.isEmpty()) {
            return refuse("grants", "not granted to " + caller.name(), uncovered);
        }
        return new Decision(Decision.Verdict.APPROVE, "grants", "every name is granted", commonName, names, List.of());
    }

    /** A wildcard that stands for one of them is taken for the server just as the name itself. */
    private boolean isOwn(Identifier name) {
        return ownNames.get().stream().anyMatch(own -> own.equals(name) || name.isWildcardOver(own));
    }

    /** A server's common name may stand for a missing subjectAltName; a client's is a user's name before a host's. */
    private static List<Identifier> names(Pkcs10 pkcs10, Profile profile) {
        return switch (profile) {
            case SERVER -> pkcs10.identifiers();
            case CLIENT -> pkcs10.subjectAlternativeNames();
        };
    }

    private static @Nullable String unfitCommonName(
            @Nullable String commonName, List<Identifier> names, Caller caller, Profile profile) {
        if (commonName == null || names.stream().anyMatch(name -> name.isSpelled(commonName))) {
            return null;
        }
        return switch (profile) {
            case SERVER -> "the common name must be one of the subjectAltNames, or absent (RFC 9525 §2)";
            case CLIENT ->
                caller.isBootstrap() || caller.grants().coversUser(commonName)
                        ? null
                        : "the common name must be one of the subjectAltNames, or granted as user:" + commonName;
        };
    }

    private static Decision refuse(String rule, String reason, List<Identifier> refused) {
        return new Decision(Decision.Verdict.REFUSE, rule, reason, null, List.of(), refused);
    }
}
