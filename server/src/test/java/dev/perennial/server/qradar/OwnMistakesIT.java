package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.model;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.QradarCalls;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong on this side, with a table that is away for a moment: 1030 where making failed, else 1020. */
class OwnMistakesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static void without(String table, Runnable calls) {
        rename(table, table + "_away");
        try {
            calls.run();
        } finally {
            rename(table + "_away", table);
        }
    }

    private static void rename(String from, String to) {
        Await.value(server.database().query("ALTER TABLE " + from + " RENAME TO " + to, Tuple.tuple()));
    }

    @Test
    void making_thatFails_is1030() {
        QradarCalls admin = QradarCalls.as(server, "administrator", "**");
        admin.post(model("before.example.com")).expect(201);
        without("server_keys", () -> admin.post(model("none.example.com")).expectCode(500, 1030));
    }

    @Test
    void anythingElse_thatFails_is1020_ofAPostToo() {
        QradarCalls stranger = QradarCalls.as(server, "administrator", "**");
        without("access_tokens", () -> {
            stranger.post(model("none.example.com")).expectCode(500, 1020);
            stranger.list("").expectCode(500, 1020);
        });
    }
}
