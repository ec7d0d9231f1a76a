package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Clients that submit one new PKCS#10 after another, and keep what they were told. */
public final class SubmissionLoad {
    private static final int CLIENTS = 8;
    private static final long DEADLINE_MILLIS = 120_000;

    private final ApiClient calls;
    private final String label;
    private final KeyPair keyPair = TestCsrs.keyPair();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, String> unanswered = new ConcurrentHashMap<>();
    private final Queue<Exchange> refused = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> broken = new AtomicReference<>();

    private SubmissionLoad(ApiClient calls, String label) {
        this.calls = calls;
        this.label = label;
    }

    /** Starts submitting names below {@code LABEL.example.com}. */
    public static SubmissionLoad on(ApiClient calls, String label) {
        SubmissionLoad load = new SubmissionLoad(calls, label);
        for (int client = 0; client < CLIENTS; client++) {
            Thread thread = new Thread(load::submitUntilEnough, "load " + client);
            thread.setDaemon(true);
            thread.start();
            load.clients.add(thread);
        }
        return load;
    }

    private void submitUntilEnough() {
        while (!enough.get()) {
            String pem = TestCsrs.p256(keyPair, "n" + number.incrementAndGet() + "." + label + ".example.com");
            try {
                Exchange reply = calls.submit(pem);
                if (reply.status() == 201) {
                    acknowledged.put(reply.id(), certificateOf(reply));
                } else {
                    refused.add(reply);
                    Thread.sleep(20);
                }
            } catch (CompletionException e) {
                // Only what kept the answer from coming; anything else is a mistake of this test.
                if (!(e.getCause() instanceof IOException)) {
                    broken.set(e);
                    return;
                }
                unanswered.put(pem, String.valueOf(e.getCause()));
            } catch (AssertionError e) {
                // An answer that breaks the contract.
                broken.set(e);
                return;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String certificateOf(Exchange reply) {
        return reply.text("/status/certificates/0/spec/certificate");
    }

    public int acknowledged() {
        return acknowledged.size();
    }

    /** Answers other than 201. */
    public List<Exchange> refused() {
        return List.copyOf(refused);
    }

    /** Submissions that got no answer. */
    public Map<String, String> unanswered() {
        return Map.copyOf(unanswered);
    }

    /** Waits until so many more than now are acknowledged. */
    public void awaitAcknowledged(int more) throws InterruptedException {
        int wanted = acknowledged() + more;
        long end = System.currentTimeMillis() + DEADLINE_MILLIS;
        while (acknowledged() < wanted) {
            assertThat(System.currentTimeMillis())
                    .as("%d of %d acknowledged, refused %s, unanswered %s", acknowledged(), wanted, refused, unanswered)
                    .isLessThan(end);
            assertSound();
            Thread.sleep(10);
        }
    }

    public void stop() throws InterruptedException {
        enough.set(true);
        for (Thread client : clients) {
            client.join(DEADLINE_MILLIS);
            assertThat(client.isAlive()).as("a client hangs").isFalse();
        }
        assertSound();
    }

    private void assertSound() {
        if (broken.get() != null) {
            throw new AssertionError("A client got what it should not get", broken.get());
        }
    }

    /** Everything that was acknowledged is there, byte for byte. */
    public void assertAllThere(ApiClient there) {
        assertThat(acknowledged).isNotEmpty();
        for (Map.Entry<String, String> one : acknowledged.entrySet()) {
            Exchange found = there.request(one.getKey()).expect(200);
            assertThat(certificateOf(found)).isEqualTo(one.getValue());
        }
    }

    /** What got no answer either took effect or did not: the same submission again is a duplicate of it, or new. */
    public void assertOnceAcceptedOnceThere(ApiClient there) {
        for (String pem : unanswered.keySet()) {
            assertThat(there.submit(pem).status()).isIn(201, 409);
            there.submit(pem).expect(409);
        }
    }
}
