package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NotificationsIT {
    @RegisterExtension
    static final PostgresExtension postgres = PostgresExtension.empty();

    private final Database database = postgres.database();
    private final Notifications notifications = new Notifications(database);
    private final Semaphore wakes = new Semaphore(0);
    private final Semaphore gaps = new Semaphore(0);

    @BeforeEach
    void start() {
        notifications.onWake(payload -> wakes.release());
        notifications.onGap(gaps::release);
        Await.value(notifications.start());
    }

    @AfterEach
    void stop() {
        Await.value(notifications.stop());
    }

    @Test
    void notify_wakes() throws Exception {
        announce();

        assertThat(wakes.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gaps.availablePermits()).isZero();
    }

    @Test
    void lostConnection_isReportedAtBothEndsAndListeningGoesOn() throws Exception {
        Await.value(database.query("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query IN ('LISTEN perennial_events', 'SELECT 1')
                """, Tuple.tuple()));

        assertThat(gaps.tryAcquire(2, 60, TimeUnit.SECONDS)).isTrue();
        assertThat(wakes.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(notifications.isListening()).isTrue();
        announce();
        assertThat(wakes.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    private void announce() {
        Await.value(database.query("SELECT pg_notify($1, '')", Tuple.of(Notifications.CHANNEL)));
    }
}
