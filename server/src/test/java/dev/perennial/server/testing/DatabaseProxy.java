package dev.perennial.server.testing;

import dev.perennial.server.db.DatabaseUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a server and its database, on a UNIX socket of its own, passes everything on, and knows at which
 * statement of which transaction each connection is: so that a server can be ended there, with nothing in it for that.
 */
public final class DatabaseProxy implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final DatabaseUri database;
    private final Path directory;
    private final ServerSocketChannel listener;
    private final Queue<List<String>> transactions = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();

    private DatabaseProxy(DatabaseUri database, Path directory, ServerSocketChannel listener) {
        this.database = database;
        this.directory = directory;
        this.listener = listener;
    }

    /** Listens in that directory, as PostgreSQL would; the path of the socket must be short. */
    public static DatabaseProxy before(DatabaseUri database, Path directory) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            Files.createDirectories(directory);
            listener.bind(UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL.5432")));
            DatabaseProxy proxy = new DatabaseProxy(database, directory, listener);
            start("database proxy", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The database through this proxy, for {@code --database}. */
    public String uri() {
        return "postgresql://" + database.user() + "@/" + database.database() + "?host=" + directory;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                new ProxiedSession(this, client, SocketChannel.open(address())).start();
            } catch (IOException e) {
                // Closed, or the database is away: whoever wanted to connect is told by the end of its connection.
            }
        }
    }

    private SocketAddress address() {
        return database.isLocalSocket()
                ? UnixDomainSocketAddress.of(Path.of(database.host(), ".s.PGSQL." + database.port()))
                : new InetSocketAddress(database.host(), database.port());
    }

    static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The statements of the first transaction that ended since {@link #forget} and has one with that text in it. */
    public List<String> transactionWith(String text) {
        return transactions.stream()
                .filter(transaction -> transaction.stream().anyMatch(sql -> sql.contains(text)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no transaction with " + text + " in " + transactions));
    }

    public void forget() {
        transactions.clear();
    }

    void ended(List<String> transaction) {
        transactions.add(transaction);
    }

    /** What happens once, at its moment. */
    public final class Trap {
        private final Moment moment;
        private final Runnable blow;
        private final CompletableFuture<String> sprung = new CompletableFuture<>();

        private Trap(Moment moment, Runnable blow) {
            this.moment = moment;
            this.blow = blow;
        }

        Moment.When when() {
            return moment.when();
        }

        void spring(String values) {
            blow.run();
            sprung.complete(values);
        }

        /** Waits for it; gives all values that were sent to the database in the transaction, as text. */
        public String awaitSprung() {
            try {
                return sprung.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("nobody came to " + moment + ", but to " + transactions, e);
            }
        }
    }

    /** From now on: whoever comes to that moment first meets the blow, and gets nothing more passed on. */
    public Trap trap(Moment moment, Runnable blow) {
        Trap set = new Trap(moment, blow);
        trap.set(set);
        return set;
    }

    /** The trap that is set there: for the first who comes, and for nobody after. */
    @Nullable
    Trap taken(List<String> statements) {
        Trap set = trap.get();
        return set != null && set.moment.statements().equals(statements) && trap.compareAndSet(set, null) ? set : null;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
