package dev.perennial.agent.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.Pem;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.RecoveryJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The identities that the fake server gave: old and new are good until the first use of the new one. */
final class FakeIdentities {
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final TestCa ca = new TestCa("identity");
    private final List<String> good = new ArrayList<>();
    private String enrolledKey = "";
    private final Set<String> nonces = new HashSet<>();
    private String boundKey = "";
    private String recoveredKey = "";
    private AgentConnectorJson recovered;
    private int issued;

    /** Whether what is issued has ended an hour ago. */
    boolean ended;

    /** A spent token answers again to the same key only. */
    boolean isTokenFor(PublicKey key) {
        String known = Certificates.sha256(key.getEncoded());
        if (!enrolledKey.isEmpty() && !enrolledKey.equals(known)) {
            return false;
        }
        enrolledKey = known;
        return true;
    }

    int issued() {
        return issued;
    }

    AgentConnectorJson issue(PublicKey key) {
        issued++;
        Instant now = Instant.now();
        Instant end = ended ? now.minus(Duration.ofHours(1)) : now.plus(VALIDITY);
        Instant start = ended ? end.minus(VALIDITY) : now.minusSeconds(1);
        X509Certificate certificate =
                ca.issue(new TestCa.Leaf().client().from(start).until(end).subject("CN=agent"), key);
        good.add(sha256(certificate));
        return new AgentConnectorJson(
                new Metadata("connector1", null, null),
                AgentConnectorJson.Spec.of("default", "agent", List.of("**")),
                new AgentConnectorJson.Status(
                        "active",
                        TestCa.pem(certificate, ca.issuing),
                        end,
                        start.plus(VALIDITY.multipliedBy(2).dividedBy(3)),
                        null));
    }

    /** The key to recover with; whoever registers it has signed the PKCS#10 with it. */
    void bind(AgentConnectorJson.Spec spec, byte[] pkcs10) {
        String text = "perennial-bound-key-1\n" + Certificates.sha256(pkcs10) + "\n";
        if (!isSigned(spec.boundKey(), text, spec.boundKeySignature())) {
            throw new AssertionError("the bound key is not proven");
        }
        boundKey = spec.boundKey();
    }

    String boundKey() {
        return boundKey;
    }

    /** Has the bound key forgotten, as by a server that was put back. */
    void unbind() {
        boundKey = "";
    }

    RecoveryJson nonce() {
        String nonce = "nonce-" + nonces.size();
        nonces.add(nonce);
        return new RecoveryJson(
                null, new RecoveryJson.Status(nonce, Instant.now().plusSeconds(300)));
    }

    /** The new identity; empty where nothing is proven. The same key is answered the same until it is used. */
    Optional<AgentConnectorJson> recover(RecoveryJson.Spec spec, byte[] pkcs10) {
        String hash = Certificates.sha256(pkcs10);
        String text = "perennial-recovery-1\nconnector1\n" + spec.nonce() + "\n" + hash + "\n";
        if (!nonces.remove(spec.nonce()) || !isSigned(boundKey, text, spec.signature())) {
            return Optional.empty();
        }
        if (!hash.equals(recoveredKey)) {
            recovered = issue(TestCa.publicKey(pkcs10));
            recoveredKey = hash;
        }
        return Optional.of(recovered);
    }

    private static boolean isSigned(String publicKeyPem, String text, String signature) {
        if (publicKeyPem.isEmpty()) {
            return false;
        }
        try {
            byte[] spki = Pem.parse(publicKeyPem, "PUBLIC KEY").get(0);
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki)));
            verifier.update(text.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the client's certificate is one of ours; its use ends all that were given before it. */
    boolean isKnown(HttpExchange exchange) {
        try {
            X509Certificate peer =
                    (X509Certificate) ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
            peer.checkValidity();
            int place = good.indexOf(sha256(peer));
            if (place > 0) {
                good.subList(0, place).clear();
            }
            return place >= 0;
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return false;
        }
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return Certificates.sha256(certificate);
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
