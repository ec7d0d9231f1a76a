package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ValidityIT {
    @RegisterExtension
    static final TestServer standard = TestServer.standard();

    @RegisterExtension
    static final TestServer brief = TestServer.standard().validity(Duration.ofSeconds(30));

    @RegisterExtension
    static final TestServer eternal = TestServer.standard().validity(Duration.ofDays(20_000));

    @Test
    void validity_isWhatTheSignerSays_toTheSecond() {
        Instant before = Instant.now();
        X509 certificate = standard.administrator()
                .submit(TestCsrs.p256("ninety.test"))
                .expect(201)
                .newestCertificate();

        assertThat(Duration.between(certificate.notBefore(), certificate.notAfter())
                        .plusSeconds(1))
                .isEqualTo(Duration.ofDays(90));
        assertThat(certificate.notBefore())
                .isBetween(
                        before.minus(Duration.ofMinutes(5)).minusSeconds(1),
                        Instant.now().minus(Duration.ofMinutes(5)));
    }

    @Test
    void validity_ofSeconds_startsATenthEarlier() {
        Instant before = Instant.now();
        Exchange made =
                brief.administrator().submit(TestCsrs.p256("brief.test")).expect(201);
        X509 certificate = made.newestCertificate();

        assertThat(Duration.between(certificate.notBefore(), certificate.notAfter())
                        .plusSeconds(1))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(certificate.notBefore())
                .isBetween(before.minusSeconds(5), Instant.now().minusSeconds(2));
        assertThat(made.at("/status/certificates/0/status/cut_short").asBoolean())
                .isFalse();
    }

    @Test
    void leaf_neverOutlivesItsCa_andSaysSo() {
        Exchange made =
                eternal.administrator().submit(TestCsrs.p256("eternal.test")).expect(201);
        X509 issuer = X509.parsePem(made.text("/status/certificates/0/spec/ca"));

        assertThat(made.newestCertificate().notAfter()).isEqualTo(issuer.notAfter());
        assertThat(made.newestCertificate().notBefore()).isAfterOrEqualTo(issuer.notBefore());
        assertThat(made.at("/status/certificates/0/status/cut_short").asBoolean())
                .isTrue();
    }

    @Test
    void serials_are128Bits_andUniqueByConstraint() {
        Set<String> serials = new HashSet<>();
        int longest = 0;
        for (int i = 0; i < 40; i++) {
            X509 certificate = standard.administrator()
                    .submit(TestCsrs.p256("serial" + i + ".test"))
                    .expect(201)
                    .newestCertificate();
            serials.add(certificate.serial().hex());
            longest = Math.max(longest, certificate.serial().value().bitLength());
        }
        assertThat(serials).hasSize(40);
        assertThat(longest).isGreaterThan(120);
        assertThatThrownBy(() -> Await.value(standard.database()
                        .pool()
                        .query("UPDATE certificates SET serial = (SELECT min(serial) FROM certificates)"
                                + " WHERE request_id IS NOT NULL")
                        .execute()))
                .isInstanceOfSatisfying(PgException.class, refused -> assertThat(refused.getSqlState())
                        .isEqualTo("23505"));
    }
}
