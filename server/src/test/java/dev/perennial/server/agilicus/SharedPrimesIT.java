package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.SharedPrimes;
import dev.perennial.server.testing.TestCsrs;
import java.math.BigInteger;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** RSA keys of a generator that draws the same prime twice. */
class SharedPrimesIT {
    private static final SharedPrimes PRIMES = new SharedPrimes(29);
    private static final BigInteger SHARED = PRIMES.prime();
    private static final KeyPair ONE = SharedPrimes.key(SHARED, PRIMES.prime());
    private static final KeyPair OTHER = SharedPrimes.key(SHARED, PRIMES.prime());

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void submit_ofAKeyThatSharesAPrime_isRefusedWhereverItIsAsked() {
        ApiClient admin = server.administrator();
        String id = admin.submit(TestCsrs.p256(ONE, "one.test")).expect(201).id();
        String other = TestCsrs.p256(OTHER, "other.test");

        assertThat(admin.submit(other).expectProblem(400, "badPublicKey").detail())
                .contains("both are suspect")
                .contains("new key");
        admin.post(ApiClient.REQUESTS + "?dry_run=true", Bodies.request(other)).expectProblem(400, "badPublicKey");
        admin.replace(id, Bodies.request(other)).expectProblem(400, "badPublicKey");
        String token = admin.enrolmentToken("other.test");
        server.nobody().enrol(token, "host", OTHER).expectProblem(400, "badPublicKey");

        admin.submit(TestCsrs.p256(ONE, "two.test")).expect(201);
        admin.submit(TestCsrs.p256(TestCsrs.rsaKeyPair(2048), "other.test")).expect(201);
    }
}
