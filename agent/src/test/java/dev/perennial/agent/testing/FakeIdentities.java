package dev.perennial.agent.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.Metadata;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The identities that the fake server gave: old and new are good until the first use of the new one. */
final class FakeIdentities {
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final TestCa ca = new TestCa("identity");
    private final List<String> good = new ArrayList<>();
    private String enrolledKey = "";
    private int issued;

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
        Instant end = now.plus(VALIDITY);
        X509Certificate certificate = ca.issue(
                new TestCa.Leaf().client().from(now.minusSeconds(1)).until(end).subject("CN=agent"), key);
        good.add(sha256(certificate));
        return new AgentConnectorJson(
                new Metadata("connector1", null, null),
                AgentConnectorJson.Spec.of("default", "agent", List.of("**")),
                new AgentConnectorJson.Status(
                        "active",
                        TestCa.pem(certificate, ca.issuing),
                        end,
                        now.plus(VALIDITY.multipliedBy(2).dividedBy(3)),
                        null));
    }

    /** Whether the client's certificate is one of ours; its use ends all that were given before it. */
    boolean isKnown(HttpExchange exchange) {
        try {
            X509Certificate peer =
                    (X509Certificate) ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
            int place = good.indexOf(sha256(peer));
            if (place > 0) {
                good.subList(0, place).clear();
            }
            return place >= 0;
        } catch (SSLPeerUnverifiedException e) {
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
