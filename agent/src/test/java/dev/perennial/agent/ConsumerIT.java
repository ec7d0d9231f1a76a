package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.PrivateKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a flip looks to those who read the published directory. */
final class ConsumerIT extends EnrolledAgent {
    @BeforeEach
    void installed() throws Exception {
        assertThat(agent.once()).isZero();
    }

    /** F40. */
    @Test
    void watcherOfTheDirectory_seesTheFlipThere() throws Exception {
        try (WatchService watch = agent.install.getFileSystem().newWatchService()) {
            agent.install.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            server.renew(server.only());
            assertThat(agent.once()).isZero();
            List<String> seen = new ArrayList<>();
            while (!seen.contains("..live")) {
                WatchKey key = watch.poll(30, TimeUnit.SECONDS);
                assertThat(key).as("only " + seen + " was seen").isNotNull();
                key.pollEvents().forEach(event -> seen.add(event.context().toString()));
                key.reset();
            }
        }
    }

    /** F41: who resolves the live link once reads a pair at any instant, and its files stay while it reads them. */
    @Test
    void readerThatResolvesTheLinkOnce_neverMeetsHalfAFlip() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                try {
                    assertPair(agent.install.resolve("..live").toRealPath());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                reads.incrementAndGet();
            }
        });
        for (int flip = 0; flip < 6; flip++) {
            int before = reads.get();
            assertThat(agent.run("rotate", "web")).isZero();
            while (reads.get() == before && !reader.isDone()) {
                Thread.onSpinWait();
            }
        }
        done.set(true);
        reader.get(30, TimeUnit.SECONDS);
        assertThat(reads.get()).isGreaterThanOrEqualTo(6);
        assertThat(agent.web().generation()).isEqualTo(7);
    }

    private static void assertPair(Path generation) throws Exception {
        String key = Files.readString(generation.resolve("privkey.pem"));
        X509Certificate leaf = Certificates.parse(Files.readString(generation.resolve("fullchain.pem")))
                .get(0);
        assertThat(PrivateKeys.match(PrivateKeys.parse(key, leaf.getPublicKey()), leaf.getPublicKey()))
                .as("%s holds a pair", generation)
                .isTrue();
    }
}
