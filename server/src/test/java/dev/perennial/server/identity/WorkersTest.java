package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        Await.value(VERTX.close());
    }

    @Test
    void run_beyondWhatMayWait_isRefusedAtOnce_andTheRestIsDone() {
        Workers workers = new Workers(VERTX, "tests", 2, 4);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<String>> works = new ArrayList<>();
        for (int work = 0; work < 4; work++) {
            works.add(workers.run(() -> {
                go.await();
                return Thread.currentThread().getName();
            }));
        }

        Throwable refused = Await.failure(workers.run(() -> "never"));

        assertThat(refused).isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                .isEqualTo(ProblemType.UNAVAILABLE));
        go.countDown();
        works.forEach(work -> assertThat(Await.value(work)).startsWith("tests"));
        assertThat(Await.value(workers.run(() -> "again"))).isEqualTo("again");
    }
}
