package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.vault.CertificateSigner;
import dev.perennial.server.vault.SigningKey;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reliability T7, by two verifiers that are not ours: what we would sign below constraints and path lengths, OpenSSL and
 * the platform's PKIX accept; what a verifier rejects, we do not sign.
 */
class ConstrainedPathsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestCa ROOT = TestCa.root(KeyKind.EC_P256);
    private static final SigningKey LEAF = SigningKey.generate(KeyKind.EC_P256, RANDOM);

    /** What the two verifiers say, of what is permitted or excluded, and the names of a certificate. */
    private static final List<List<String>> CASES = List.of(
            List.of("dns:example.com", "", "dns:www.example.com"),
            List.of("dns:example.com", "", "dns:example.com"),
            List.of("dns:example.com", "", "dns:*.example.com"),
            List.of("dns:www.example.com", "", "dns:*.example.com"),
            List.of("dns:example.com", "", "dns:badexample.com"),
            List.of("dns:example.com", "", "dns:www.example.org"),
            List.of("dns:example.com", "", "dns:www.example.com dns:www.example.org"),
            List.of("dns:xn--bcher-kva.test", "", "dns:a.xn--bcher-kva.test"),
            List.of("", "dns:example.com", "dns:www.example.com"),
            List.of("", "dns:example.com", "dns:www.example.org"),
            List.of("", "dns:www.example.com", "dns:*.example.com"),
            List.of("dns:example.com", "dns:secret.example.com", "dns:a.secret.example.com"),
            List.of("dns:example.com", "dns:secret.example.com", "dns:public.example.com"),
            List.of("dns:example.com", "", "ip:10.0.0.1"),
            List.of("ip:10.0.0.0/8", "", "ip:10.0.0.1"),
            List.of("ip:10.0.0.0/8", "", "ip:11.0.0.1"),
            List.of("ip:10.0.0.0/8", "", "ip:2001:db8::1"),
            List.of("ip:2001:db8::/32", "", "ip:2001:db8::1"),
            List.of("", "ip:10.0.0.0/8", "ip:10.0.0.1"),
            List.of("email:example.com", "", "email:jane@example.com"),
            List.of("email:example.com", "", "email:jane@a.example.com"),
            List.of("email:.example.com", "", "email:jane@a.example.com"),
            List.of("email:jane@example.com", "", "email:jane@example.com"),
            List.of("email:jane@example.com", "", "email:john@example.com"),
            List.of("", "email:example.com", "email:jane@example.com"),
            List.of("uri:example.com", "", "uri:https://example.com/a"),
            List.of("uri:example.com", "", "uri:https://a.example.com/a"),
            List.of("uri:.example.com", "", "uri:https://a.example.com/a"),
            List.of("", "uri:example.com", "uri:https://example.com/a"));

    @TempDir
    private Path directory;

    @Test
    void whatWeSign_isAccepted_andWhatIsRejected_weDoNotSign() throws Exception {
        Files.writeString(directory.resolve("root.pem"), ROOT.certificate().pem());
        int signed = 0;
        for (List<String> one : CASES) {
            NameConstraints constraints = NameConstraints.of(words(one.get(0)), words(one.get(1)));
            SigningKey key = SigningKey.generate(KeyKind.EC_P256, RANDOM);
            X509 intermediate = intermediate("Constrained", key, 0, constraints);
            List<Identifier> names =
                    words(one.get(2)).stream().map(Identifier::parse).toList();
            Issuer issuer = Issuer.of(List.of(intermediate, ROOT.certificate()));

            X509 leaf;
            boolean weSign;
            try {
                leaf = X509.parse(CertificateSigner.issue(leaf(issuer, names), key));
                weSign = true;
                signed++;
            } catch (ProblemException e) {
                assertThat(e.identifiers()).as("%s: %s", one, e.detail()).isNotEmpty();
                leaf = X509.parse(CertificateSigner.issue(leaf(unlimited(issuer), names), key));
                weSign = false;
            }
            boolean openSsl = openSslAccepts(intermediate, leaf);
            boolean platform = platformAccepts(intermediate, leaf);
            if (weSign) {
                assertThat(openSsl).as("OpenSSL: %s", one).isTrue();
                assertThat(platform).as("PKIX: %s", one).isTrue();
            } else if (!one.get(2).startsWith("dns:*")) {
                // Of a wildcard over an excluded name verifiers think nothing: there we are stricter.
                assertThat(openSsl && platform).as("both: %s", one).isFalse();
            }
        }
        assertThat(signed).isBetween(10, CASES.size() - 10);
    }

    @Test
    void pathLengths_areKept_asVerifiersKeepThem() throws Exception {
        Files.writeString(directory.resolve("root.pem"), ROOT.certificate().pem());
        SigningKey upperKey = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        SigningKey lowerKey = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        X509 upper = intermediate("Upper", upperKey, 0, NameConstraints.NONE);
        Issuer issuer = Issuer.of(List.of(upper, ROOT.certificate()));
        CertificatePlan below = authority(issuer, "Lower", lowerKey, 0, NameConstraints.NONE);
        assertThatThrownBy(() -> CertificateSigner.issue(below, upperKey))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("path length");

        CertificatePlan forced = authority(unlimited(issuer), "Lower", lowerKey, 0, NameConstraints.NONE);
        X509 lower = X509.parse(CertificateSigner.issue(forced, upperKey));
        Issuer lowest = Issuer.of(List.of(lower, upper, ROOT.certificate()));
        X509 leaf = X509.parse(CertificateSigner.issue(leaf(lowest, List.of(Identifier.dns("a.test"))), lowerKey));
        Files.writeString(directory.resolve("leaf.pem"), leaf.pem());
        Files.writeString(directory.resolve("chain.pem"), lower.pem() + upper.pem());
        assertThat(openSslAccepts()).isFalse();

        X509 longer = intermediate("Longer", upperKey, 1, NameConstraints.NONE);
        Issuer longerIssuer = Issuer.of(List.of(longer, ROOT.certificate()));
        assertThatThrownBy(() -> CertificateSigner.issue(
                        authority(longerIssuer, "Lower", lowerKey, 1, NameConstraints.NONE), upperKey))
                .hasMessageContaining("at most 0");
        X509 fits = X509.parse(
                CertificateSigner.issue(authority(longerIssuer, "Lower", lowerKey, 0, NameConstraints.NONE), upperKey));
        Issuer fitting = Issuer.of(List.of(fits, longer, ROOT.certificate()));
        X509 good = X509.parse(CertificateSigner.issue(leaf(fitting, List.of(Identifier.dns("a.test"))), lowerKey));
        Files.writeString(directory.resolve("leaf.pem"), good.pem());
        Files.writeString(directory.resolve("chain.pem"), fits.pem() + longer.pem());
        assertThat(openSslAccepts()).isTrue();
    }

    /** Those of a CA above count as those of the issuer itself. */
    @Test
    void constraints_ofEveryCaAbove_count() {
        SigningKey upperKey = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        SigningKey lowerKey = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        X509 upper = intermediate("Upper", upperKey, 1, NameConstraints.of(List.of("dns:example.com"), List.of()));
        Issuer issuer = Issuer.of(List.of(upper, ROOT.certificate()));
        X509 lower = X509.parse(CertificateSigner.issue(
                authority(issuer, "Lower", lowerKey, 0, NameConstraints.of(List.of(), List.of("dns:a.example.com"))),
                upperKey));
        Issuer lowest = Issuer.of(List.of(lower, upper, ROOT.certificate()));
        CertificateSigner.issue(leaf(lowest, List.of(Identifier.dns("b.example.com"))), lowerKey);
        for (String name : List.of("a.example.com", "b.example.org")) {
            assertThatThrownBy(() -> CertificateSigner.issue(leaf(lowest, List.of(Identifier.dns(name))), lowerKey))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.identifiers())
                            .containsExactly("dns:" + name));
        }
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static X509 intermediate(String name, SigningKey key, int pathLength, NameConstraints constraints) {
        return ROOT.issue(authority(ROOT.issuer(), name, key, pathLength, constraints));
    }

    private static CertificatePlan authority(
            Issuer issuer, String name, SigningKey key, int pathLength, NameConstraints constraints) {
        return new CertificatePlan(
                SerialNumber.random(RANDOM),
                issuer,
                Validity.of(TestCa.NOW, Duration.ofDays(365), issuer.notBefore(), issuer.notAfter()),
                DistinguishedName.ofCommonName(name),
                List.of(),
                key.publicKey(),
                CertificateProfile.authority(pathLength).withNameConstraints(constraints),
                Pointers.NONE);
    }

    private static CertificatePlan leaf(Issuer issuer, List<Identifier> names) {
        return new CertificatePlan(
                SerialNumber.random(RANDOM),
                issuer,
                Validity.of(TestCa.NOW, Duration.ofDays(90), issuer.notBefore(), issuer.notAfter()),
                DistinguishedName.empty(),
                names,
                LEAF.publicKey(),
                CertificateProfile.server(KeyKind.EC_P256),
                Pointers.NONE);
    }

    /** As a CA without our manners would sign. */
    private static Issuer unlimited(Issuer issuer) {
        return new Issuer(
                issuer.name(),
                issuer.keyIdentifier(),
                issuer.key(),
                issuer.notBefore(),
                issuer.notAfter(),
                IssuerLimits.NONE);
    }

    private boolean openSslAccepts(X509 intermediate, X509 leaf) throws Exception {
        Files.writeString(directory.resolve("leaf.pem"), leaf.pem());
        Files.writeString(directory.resolve("chain.pem"), intermediate.pem());
        return openSslAccepts();
    }

    private boolean openSslAccepts() {
        String at = String.valueOf(TestCa.NOW.plusSeconds(60).getEpochSecond());
        try {
            new OpenSsl(directory)
                    .run("verify", "-attime", at, "-CAfile", "root.pem", "-untrusted", "chain.pem", "leaf.pem");
            return true;
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("error");
            return false;
        }
    }

    private static boolean platformAccepts(X509 intermediate, X509 leaf) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> path = new ArrayList<>();
        for (X509 one : List.of(leaf, intermediate)) {
            path.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(one.der())));
        }
        X509Certificate root = (X509Certificate) factory.generateCertificate(
                new ByteArrayInputStream(ROOT.certificate().der()));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(TestCa.NOW.plusSeconds(60)));
        try {
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(path), parameters);
            return true;
        } catch (CertPathValidatorException e) {
            return false;
        }
    }
}
