package dev.perennial.server.policy;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.ExtendedKeyUsage;
import dev.perennial.server.pkix.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The subject of a certificate: what each profile takes of the PKCS#10's. */
final class Subjects {
    private static final String COMMON_NAME = "CN";
    private static final String ORGANISATION = "O";
    private static final String USER = "UID";
    private static final String EMAIL = "emailAddress";

    /** Who bears it is let do everything by Kubernetes, whatever its rules say. */
    private static final String MASTERS = "system:masters";

    private static final String NODES = "system:nodes";
    private static final String NODE = "system:node:";

    private Subjects() {}

    /** @param byPerson whether a person says yes, or may: who has seen the whole subject gives it */
    static DistinguishedName of(Question question, boolean byPerson) {
        DistinguishedName asked = question.pkcs10().subject();
        return switch (question.profile()) {
            case SERVER, CLIENT, SERVER_AND_CLIENT, SIGNING_AND_ENCRYPTION -> commonNameOf(asked);
            case REQUESTED -> byPerson ? DistinguishedName.of(asked.attributes()) : commonNameOf(asked);
            case KUBERNETES_CLIENT, KUBELET_CLIENT, KUBELET_SERVING -> {
                List<Attribute> attributes = new ArrayList<>();
                for (String group : new TreeSet<>(asked.values(ORGANISATION))) {
                    attributes.add(new Attribute(ORGANISATION, group));
                }
                String user = asked.commonName();
                if (user != null) {
                    attributes.add(new Attribute(COMMON_NAME, user));
                }
                yield DistinguishedName.of(attributes);
            }
        };
    }

    private static DistinguishedName commonNameOf(DistinguishedName asked) {
        return DistinguishedName.ofCommonName(asked.commonName());
    }

    /** Why the subject as it is asked for cannot be had under the profile; null where it can. */
    static @Nullable String problem(Question question, List<Identifier> names) {
        DistinguishedName asked = question.pkcs10().subject();
        Profile profile = question.profile();
        if (profile != Profile.REQUESTED && !profile.namesUser()) {
            return null;
        }
        if (asked.values(ORGANISATION).contains(MASTERS)) {
            return "the group " + MASTERS + " is given to nobody";
        }
        if (profile == Profile.REQUESTED) {
            boolean known = asked.values(EMAIL).stream()
                    .allMatch(address -> names.stream().anyMatch(name -> name.isSpelled(address)));
            return known ? null : "an e-mail address in the subject must be one of the subjectAltNames too";
        }
        boolean more = asked.attributes().stream()
                .anyMatch(one -> !Set.of(COMMON_NAME, ORGANISATION).contains(one.type()));
        if (more) {
            return "the profile " + profile.word() + " takes a subject of CN and O alone";
        }
        String user = asked.commonName();
        if (profile.isKubelet()) {
            boolean isNode = user != null && user.startsWith(NODE) && user.length() > NODE.length();
            return isNode && asked.values(ORGANISATION).equals(List.of(NODES))
                    ? null
                    : "the profile " + profile.word() + " takes the subject O=" + NODES + ", CN=" + NODE + "NAME";
        }
        return user == null ? "the profile " + profile.word() + " needs a user as common name" : null;
    }

    /** The users that a subject names: a common name that is none of the names, and what directories know people by. */
    static List<String> users(DistinguishedName subject, List<Identifier> names) {
        List<String> users = new ArrayList<>(subject.values(USER));
        String commonName = subject.commonName();
        if (commonName != null && names.stream().noneMatch(name -> name.isSpelled(commonName))) {
            users.add(commonName);
        }
        return users;
    }

    /** The groups that a client's subject names: only who trusts it as a client takes an organisation for one. */
    static List<String> groups(DistinguishedName subject, CertificateProfile certificate) {
        return certificate.extendedKeyUsages().contains(ExtendedKeyUsage.CLIENT_AUTH)
                ? subject.values(ORGANISATION)
                : List.of();
    }
}
