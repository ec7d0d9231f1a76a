package dev.perennial.server.testing;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a {@link DatabaseProxy}. Two threads pass messages on, one in each direction; what is known of
 * the transaction is guarded by this.
 */
final class ProxiedSession {
    private final DatabaseProxy proxy;
    private final SocketChannel client;
    private final SocketChannel database;

    private final Map<String, String> prepared = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();

    /** Of the transaction that is open, or of the single statement that is one. */
    private final List<String> statements = new ArrayList<>();

    private final StringBuilder values = new StringBuilder();

    /** How often the database was asked for {@code ReadyForQuery}, first by the opening, and how often it gave it. */
    private long asked = 1;

    private long answered;

    /** What springs at an answer, and at which. */
    private DatabaseProxy.@Nullable Trap atAnswer;

    private long springsAt;

    ProxiedSession(DatabaseProxy proxy, SocketChannel client, SocketChannel database) {
        this.proxy = proxy;
        this.client = client;
        this.database = database;
    }

    void start() {
        DatabaseProxy.start("to the database", this::toDatabase);
        DatabaseProxy.start("from the database", this::fromDatabase);
    }

    private void toDatabase() {
        try (client;
                database) {
            PgMessage message = PgMessage.first(client);
            while (message != null && goesOn(message)) {
                message.writeTo(database);
                message = PgMessage.next(client);
            }
        } catch (IOException e) {
            // One side has gone: the other one is told by the end of its connection.
        }
    }

    private void fromDatabase() {
        try (client;
                database) {
            PgMessage message = PgMessage.next(database);
            while (message != null && comesBack(message)) {
                message = PgMessage.next(database);
            }
        } catch (IOException e) {
            // As above.
        }
    }

    /** Whether the message of the client is to be passed on: not, once the trap has sprung before it. */
    private synchronized boolean goesOn(PgMessage message) {
        switch (message.type()) {
            case 'P' -> prepared.put(message.string(0), message.string(1));
            case 'B' -> {
                portals.put(message.string(0), String.valueOf(prepared.get(message.string(1))));
                values.append(message.text());
            }
            case 'E' -> {
                return comesTo(portals.get(message.string(0)));
            }
            case 'Q' -> {
                boolean goesOn = comesTo(message.string(0));
                asked++;
                return goesOn;
            }
            case 'S' -> asked++;
            default -> {}
        }
        return true;
    }

    private boolean comesTo(@Nullable String sql) {
        statements.add(String.valueOf(sql));
        DatabaseProxy.Trap trap = proxy.taken(statements);
        if (trap != null && trap.when() == Moment.When.BEFORE) {
            trap.spring(values.toString());
            return false;
        }
        if (trap != null) {
            atAnswer = trap;
            springsAt = asked + 1;
        }
        return true;
    }

    /** Passes the answer on, as far as the client is to have it; false once the trap has sprung. */
    private synchronized boolean comesBack(PgMessage message) throws IOException {
        boolean isLast = message.type() == 'Z';
        DatabaseProxy.Trap trap = answered + 1 == springsAt ? atAnswer : null;
        if (isLast && trap == null) {
            answered++;
            if (message.endsTransaction() && !statements.isEmpty()) {
                // Before the client has it: whoever waits for what the client makes of it may ask at once.
                proxy.ended(List.copyOf(statements));
                statements.clear();
                values.setLength(0);
            }
        }
        // Where nobody is to be told, nothing of it is passed on: else the client would know before it is struck.
        if (trap == null || trap.when() == Moment.When.TOLD) {
            message.writeTo(client);
        }
        if (isLast && trap != null) {
            trap.spring(values.toString());
            return false;
        }
        return true;
    }
}
