package dev.perennial.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each profile gives: usages, and what of a subject (reliability T4, T5, T6). */
final class ProfileTest {
    private static final KeyPair KEY_PAIR = TestCsrs.keyPair();
    private static final Grants EVERYTHING = Grants.everything();

    private final Policy policy = new Policy(Set::of);

    @ParameterizedTest
    @CsvSource({
        "server,             RSA_2048, DIGITAL_SIGNATURE KEY_ENCIPHERMENT,                   SERVER_AUTH",
        "server,             EC_P256,  DIGITAL_SIGNATURE,                                    SERVER_AUTH",
        "client,             RSA_2048, DIGITAL_SIGNATURE,                                    CLIENT_AUTH",
        "server+client,      EC_P384,  DIGITAL_SIGNATURE,                                    SERVER_AUTH CLIENT_AUTH",
        "server+client,      RSA_3072, DIGITAL_SIGNATURE KEY_ENCIPHERMENT,                   SERVER_AUTH CLIENT_AUTH",
        "signing+encryption, RSA_2048, DIGITAL_SIGNATURE KEY_ENCIPHERMENT DATA_ENCIPHERMENT, EMAIL_PROTECTION",
        "signing+encryption, EC_P256,  DIGITAL_SIGNATURE KEY_AGREEMENT,                      EMAIL_PROTECTION",
        "signing+encryption, ED25519,  DIGITAL_SIGNATURE,                                    EMAIL_PROTECTION",
        "kubernetes-client,  EC_P256,  DIGITAL_SIGNATURE,                                    CLIENT_AUTH",
        "requested,          EC_P256,  DIGITAL_SIGNATURE,                                    SERVER_AUTH",
        "requested,          RSA_2048, DIGITAL_SIGNATURE KEY_ENCIPHERMENT,                   SERVER_AUTH",
    })
    void usages_areTheProfiles(String profile, KeyKind kind, String bits, String purposes) {
        requireUsages(Profile.of(profile).certificate(kind, Usages.none()), bits, purposes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RSA_2048 | key encipherment, digital signature, client auth | DIGITAL_SIGNATURE KEY_ENCIPHERMENT | CLIENT_AUTH",
                // What the key cannot do is left out: a kubelet asks for key encipherment whatever its key is.
                "EC_P256  | key encipherment, digital signature, client auth | DIGITAL_SIGNATURE | CLIENT_AUTH",
                // What is left must serve the purpose.
                "RSA_2048 | key agreement, encipher only, data encipherment, server auth | DATA_ENCIPHERMENT DIGITAL_SIGNATURE | SERVER_AUTH",
                "EC_P256  | key agreement, encipher only, server auth | KEY_AGREEMENT ENCIPHER_ONLY | SERVER_AUTH",
                "ED25519  | key agreement, key encipherment, server auth | DIGITAL_SIGNATURE | SERVER_AUTH",
                "EC_P256  | signing, s/mime, email protection, code signing | DIGITAL_SIGNATURE | CODE_SIGNING EMAIL_PROTECTION",
                "EC_P256  | content commitment, timestamping | CONTENT_COMMITMENT | TIME_STAMPING",
                "RSA_2048 | digital signature, key encipherment, timestamping | DIGITAL_SIGNATURE | TIME_STAMPING",
                "EC_P256  | key agreement, encipher only, timestamping | DIGITAL_SIGNATURE | TIME_STAMPING",
                "EC_P256  | ipsec end system, ipsec tunnel, ipsec user | DIGITAL_SIGNATURE | IPSEC_END_SYSTEM IPSEC_TUNNEL IPSEC_USER",
                "EC_P256  | microsoft sgc, netscape sgc | DIGITAL_SIGNATURE | MICROSOFT_SGC NETSCAPE_SGC",
            })
    void requested_goesByTheRequest(KeyKind kind, String asked, String bits, String purposes) {
        Usages usages = usages(asked);
        assertThat(Profile.REQUESTED.refusal(usages)).isNull();
        requireUsages(Profile.REQUESTED.certificate(kind, usages), bits, purposes);
    }

    private static void requireUsages(CertificateProfile certificate, String bits, String purposes) {
        assertThat(certificate.keyUsages().stream().map(Enum::name)).containsExactlyInAnyOrder(bits.split(" "));
        assertThat(certificate.extendedKeyUsages().stream().map(Enum::name))
                .containsExactlyInAnyOrder(purposes.split(" "));
        assertThat(certificate.ca()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatMakesACa_isNeverGiven(Profile profile) {
        for (String word : List.of("cert sign", "crl sign", "ocsp signing", "any")) {
            assertThat(profile.refusal(usages(word + ", server auth")))
                    .as(word)
                    .isNotNull()
                    .contains(word);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "server | digital signature, key encipherment, server auth | -",
                "server | client auth | client auth",
                "client | signing, key encipherment, client auth | -",
                "client | server auth | server auth",
                "server+client | server auth, client auth | -",
                "server+client | code signing | code signing",
                "signing+encryption | s/mime, key agreement, data encipherment | -",
                "signing+encryption | client auth | client auth",
                "kubernetes-client | digital signature, key encipherment, client auth | -",
                "kubernetes-client | digital signature, server auth | server auth",
                "requested | digital signature | no purpose",
                "requested | timestamping, server auth | no other purpose",
                "requested | encipher only, server auth | key agreement",
            })
    void usagesBeyondTheProfile_areRefused(String profile, String asked, @Nullable String refusal) {
        String told = Profile.of(profile).refusal(usages(asked));
        if (refusal == null) {
            assertThat(told).isNull();
        } else {
            assertThat(told).contains(refusal);
        }
    }

    @Test
    void anUnknownUsage_isMalformedAndNamesTheKnownOnes() {
        for (List<String> words : List.of(List.of("Server Auth"), List.of("server auth", "server auth"), List.of(""))) {
            assertThatThrownBy(() -> Usages.parse("spec.usages", words))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("spec.usages");
        }
        assertThatThrownBy(() -> Usages.parse("spec.usages", List.of("serverAuth")))
                .hasMessageContaining("server auth, client auth");
    }

    @Test
    void kubernetesClient_takesUserAndGroups_sortedAndGranted() {
        Decision decision = kubernetes(
                EVERYTHING, "CN=jane,O=viewers,O=admins,O=viewers", "user:jane", "group:admins", "group:viewers");
        assertThat(decision.approves()).isTrue();
        assertThat(decision.subject()).hasToString("O=admins, O=viewers, CN=jane");
        assertThat(decision.identifiers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=jane,O=admins | user:jane group:viewers | groups",
                "CN=jane,O=admins | user:jane ** | groups",
                "CN=jane,O=admins | group:admins ** | common-name",
                "CN=jane,O=system:masters | user:jane group:system:masters | subject",
                "CN=jane,OU=admins | user:jane ** | subject",
                "O=admins | group:admins | names",
            })
    void kubernetesClient_withMoreThanIsGranted_isRefused(String subject, String grants, String rule) {
        Decision decision = kubernetes(EVERYTHING, subject, grants.split(" "));
        assertThat(decision.approves()).isFalse();
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(decision.subject().isEmpty()).isTrue();
    }

    @Test
    void kubernetesClient_withANameOrBeyondTheOrganisation_isRefused() {
        Pkcs10 named = pkcs10("CN=jane", "jane.example.com");
        assertThat(decide(named, Profile.KUBERNETES_CLIENT, Caller.bootstrap(), EVERYTHING)
                        .rule())
                .isEqualTo("profile");
        Grants narrow = Grants.parse(List.of("user:jane", "group:viewers"));
        assertThat(kubernetes(narrow, "CN=jane,O=admins", "user:jane", "group:admins")
                        .rule())
                .isEqualTo("organisation");
        assertThat(kubernetes(narrow, "CN=jane,O=viewers", "user:jane", "group:viewers")
                        .approves())
                .isTrue();
    }

    @Test
    void systemMasters_isForNobody_whoeverAsksAndWhoeverApproves() {
        Pkcs10 masters = pkcs10("CN=jane,O=system:masters");
        for (Profile profile : List.of(Profile.KUBERNETES_CLIENT, Profile.REQUESTED)) {
            Question question =
                    question(masters, usages("client auth"), profile, Approval.PERSON, Caller.bootstrap(), EVERYTHING);
            assertThat(policy.approved(question).rule()).isEqualTo("subject");
        }
        // A profile that takes no organisation gives none.
        assertThat(policy.approved(question(
                                masters,
                                Usages.none(),
                                Profile.CLIENT,
                                Approval.PERSON,
                                Caller.bootstrap(),
                                EVERYTHING))
                        .subject())
                .hasToString("CN=jane");
    }

    @Test
    void requested_byAPerson_hasTheWholeSubject_andByGrantsTheCommonNameAlone() {
        Pkcs10 asked = pkcs10("C=DE,O=Example,OU=Web,CN=www.example.com", "www.example.com");
        Question question =
                question(asked, Usages.none(), Profile.REQUESTED, Approval.GRANTS, Caller.bootstrap(), EVERYTHING);
        assertThat(policy.approved(question).subject()).hasToString("C=DE, O=Example, OU=Web, CN=www.example.com");
        assertThat(policy.decide(question).subject()).hasToString("CN=www.example.com");
        assertThat(policy.approved(question(
                                asked, Usages.none(), Profile.SERVER, Approval.PERSON, Caller.bootstrap(), EVERYTHING))
                        .subject())
                .hasToString("CN=www.example.com");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Where it is a client's too, its organisations are groups.
                "O=admins,CN=a.example.com | server auth, client auth | **.example.com | organisation",
                "O=admins,CN=a.example.com | server auth, client auth | **.example.com group:admins | person",
                "O=admins,CN=a.example.com | server auth | **.example.com | person",
                "UID=jane,CN=a.example.com | server auth | **.example.com | organisation",
                "UID=jane,CN=a.example.com | server auth | **.example.com user:jane | person",
                "CN=b.example.com | server auth | **.example.com | common-name",
                "CN=jane | client auth | **.example.com | organisation",
                "CN=jane | client auth | **.example.com user:jane | person",
                "EMAILADDRESS=jane@example.com,CN=a.example.com | server auth | ** | subject",
            })
    void requested_byAPerson_keepsWithinTheOrganisation(
            String subject, String usages, String organisation, String rule) {
        Question question = question(
                pkcs10(subject, "a.example.com"),
                usages(usages),
                Profile.REQUESTED,
                Approval.PERSON,
                Caller.bootstrap(),
                Grants.parse(List.of(organisation.split(" "))));
        assertThat(policy.approved(question).rule()).isEqualTo(rule);
        // And what nobody could approve does not wait for anybody.
        assertThat(policy.decide(question).holds()).isEqualTo(rule.equals("person"));
    }

    private Decision kubernetes(Grants organisation, String subject, String... grants) {
        Caller caller = Caller.agent("agent1", "default", Grants.parse(List.of(grants)));
        return decide(pkcs10(subject), Profile.KUBERNETES_CLIENT, caller, organisation);
    }

    private Decision decide(Pkcs10 pkcs10, Profile profile, Caller caller, Grants organisation) {
        return policy.decide(question(pkcs10, Usages.none(), profile, Approval.GRANTS, caller, organisation));
    }

    private static Question question(
            Pkcs10 pkcs10, Usages usages, Profile profile, Approval approval, Caller caller, Grants organisation) {
        return new Question(pkcs10, usages, caller, profile, approval, organisation, false);
    }

    private static Pkcs10 pkcs10(String subject, String... names) {
        return Pkcs10.parsePem(TestCsrs.withSubject(KEY_PAIR, subject, names));
    }

    private static Usages usages(String words) {
        return Usages.parse("usages", Arrays.stream(words.split(", *")).collect(Collectors.toList()));
    }
}
