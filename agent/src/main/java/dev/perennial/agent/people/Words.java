package dev.perennial.agent.people;

import dev.perennial.model.RequestState;
import dev.perennial.model.RevocationReason;
import dev.perennial.model.Role;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** What may stand behind an option, for the help and for completion in shells; the server judges what is sent. */
abstract class Words implements Iterable<String> {
    private final List<String> words;

    private Words(List<String> words) {
        this.words = words;
    }

    @Override
    public Iterator<String> iterator() {
        return words.iterator();
    }

    static final class RequestStates extends Words {
        RequestStates() {
            // What was withdrawn is in no list.
            super(Arrays.stream(RequestState.values())
                    .filter(state -> state != RequestState.WITHDRAWN)
                    .map(state -> state.name().toLowerCase(Locale.ROOT))
                    .toList());
        }
    }

    static final class CertificateStates extends Words {
        CertificateStates() {
            super(List.of("valid", "expired", "not_yet_valid", "revoked"));
        }
    }

    static final class Reasons extends Words {
        Reasons() {
            super(Arrays.stream(RevocationReason.values())
                    .map(RevocationReason::word)
                    .toList());
        }
    }

    static final class Roles extends Words {
        Roles() {
            super(Arrays.stream(Role.values())
                    .filter(role -> role != Role.AGENT)
                    .map(Role::word)
                    .toList());
        }
    }

    static final class Profiles extends Words {
        Profiles() {
            super(List.of(
                    "server",
                    "client",
                    "server+client",
                    "signing+encryption",
                    "requested",
                    "kubernetes-client",
                    "kubelet-client",
                    "kubelet-serving"));
        }
    }

    static final class Policies extends Words {
        Policies() {
            super(List.of("grants", "grants-or-person", "person"));
        }
    }

    static final class Revocations extends Words {
        Revocations() {
            super(List.of("crl-ocsp", "none"));
        }
    }

    static final class AuthorityTypes extends Words {
        AuthorityTypes() {
            super(List.of("root", "intermediate"));
        }
    }

    static final class Keys extends Words {
        Keys() {
            super(List.of("rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ed25519"));
        }
    }

    static final class Outcomes extends Words {
        Outcomes() {
            super(List.of("done", "refused", "failed"));
        }
    }

    static final class Shells extends Words {
        Shells() {
            super(List.of("bash", "zsh"));
        }
    }
}
