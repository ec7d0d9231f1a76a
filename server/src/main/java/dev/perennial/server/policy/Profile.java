package dev.perennial.server.policy;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a certificate is for: which types of names it may carry, and which usages it gets (docs/profiles.md). */
public enum Profile {
    /** TLS servers: DNS names and addresses. */
    SERVER("server"),
    /** TLS clients: any type of name, or a user's name as common name. */
    CLIENT("client"),
    /** TLS servers that are clients of others. */
    SERVER_AND_CLIENT("server+client"),
    /** Mail that is signed and encrypted. */
    SIGNING_AND_ENCRYPTION("signing+encryption"),
    /** What the request says in its usages; a person's yes gives it the whole subject. */
    REQUESTED("requested"),
    /** Users of Kubernetes: the user as common name, groups as organisations, and no other names. */
    KUBERNETES_CLIENT("kubernetes-client"),
    /** Nodes of Kubernetes as clients: {@code O=system:nodes, CN=system:node:…}, and no other names. */
    KUBELET_CLIENT("kubelet-client"),
    /** Nodes of Kubernetes as servers: that subject, and DNS names or addresses. */
    KUBELET_SERVING("kubelet-serving");

    private final String word;

    Profile(String word) {
        this.word = word;
    }

    /** The name in the API and in the configuration file. */
    public String word() {
        return word;
    }

    /** @throws IllegalArgumentException for a word that is none */
    public static Profile of(String word) {
        return Arrays.stream(values())
                .filter(profile -> profile.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile is called " + word));
    }

    /** The words of all, for the text of a refusal. */
    public static String words() {
        return String.join(", ", Arrays.stream(values()).map(Profile::word).toList());
    }

    /** Whether the common name is a user or a node, and not one of the names. */
    boolean namesUser() {
        return this == KUBERNETES_CLIENT || isKubelet();
    }

    boolean isKubelet() {
        return this == KUBELET_CLIENT || this == KUBELET_SERVING;
    }

    boolean takes(Identifier.Type type) {
        return switch (this) {
            case SERVER, KUBELET_SERVING ->
                switch (type) {
                    case DNS, IP -> true;
                    case EMAIL, URI -> false;
                };
            case CLIENT, SERVER_AND_CLIENT, SIGNING_AND_ENCRYPTION, REQUESTED -> true;
            case KUBERNETES_CLIENT, KUBELET_CLIENT -> false;
        };
    }

    /** What the certificate of a key of that kind may be used for. */
    public CertificateProfile certificate(KeyKind kind, Usages usages) {
        return switch (this) {
            case SERVER, KUBELET_SERVING -> CertificateProfile.server(kind);
            case CLIENT, KUBERNETES_CLIENT, KUBELET_CLIENT -> CertificateProfile.client(kind);
            case SERVER_AND_CLIENT -> CertificateProfile.serverAndClient(kind);
            case SIGNING_AND_ENCRYPTION -> CertificateProfile.mail(kind);
            case REQUESTED -> usages.profile(kind);
        };
    }

    /** Why the usages cannot be had under this profile; null where they can, be it that they change nothing. */
    @Nullable
    String refusal(Usages usages) {
        if (this == REQUESTED) {
            return usages.problem();
        }
        List<String> beyond = usages.beyond(tolerated());
        return beyond.isEmpty() ? null : "the profile " + word + " does not give " + String.join(", ", beyond);
    }

    /**
     * What may be asked for where the profile says itself what it gives. Clients ask for key encipherment whatever their
     * key is; with one that has no such use it is left out.
     */
    private Set<Usage> tolerated() {
        Set<Usage> usages = EnumSet.of(Usage.SIGNING, Usage.DIGITAL_SIGNATURE, Usage.KEY_ENCIPHERMENT);
        switch (this) {
            case SERVER, KUBELET_SERVING -> usages.add(Usage.SERVER_AUTH);
            case CLIENT, KUBERNETES_CLIENT, KUBELET_CLIENT -> usages.add(Usage.CLIENT_AUTH);
            case SERVER_AND_CLIENT -> usages.addAll(Set.of(Usage.SERVER_AUTH, Usage.CLIENT_AUTH));
            case SIGNING_AND_ENCRYPTION ->
                usages.addAll(
                        Set.of(Usage.DATA_ENCIPHERMENT, Usage.KEY_AGREEMENT, Usage.EMAIL_PROTECTION, Usage.S_MIME));
            case REQUESTED -> throw new IllegalStateException("it goes by what is asked");
        }
        return usages;
    }
}
