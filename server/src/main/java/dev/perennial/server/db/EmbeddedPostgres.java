package dev.perennial.server.db;

import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL below the server's home, durable, and private: it listens on no network, and its socket is in a
 * directory that only the server's own user may enter. It outlives a server that is killed; the next one ends it in
 * order before it starts its own. All methods block: call them off the event loop.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /** Bytes that a UNIX socket's path may have on Linux, without the closing zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final int PORT = 5432;
    private static final String SOCKET = ".s.PGSQL." + PORT;

    private final FileLock lock;
    private final DataDirectory data;
    private final Path sockets;

    private EmbeddedPostgres(FileLock lock, DataDirectory data, Path sockets) {
        this.lock = lock;
        this.data = data;
        this.sockets = sockets;
    }

    /**
     * Starts it in {@code home/postgres}, unpacking and initializing what is not there yet, and waits until it takes
     * connections: a second as a rule, minutes where much has to be recovered.
     *
     * @throws DatabaseSetupException if it cannot run here or another server uses this home; the message says why
     */
    public static EmbeddedPostgres start(Path home) {
        try {
            Path root = privateDirectory(root(home));
            FileLock lock = lock(root.resolve("lock"));
            try {
                return start(root.toRealPath(), lock);
            } catch (RuntimeException | IOException e) {
                lock.acquiredBy().close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a server has made its database in that home; nothing is made by asking. */
    public static boolean isIn(Path home) {
        return Files.isDirectory(root(home).resolve("data"));
    }

    /** Where the database of the server that runs with this home is entered; empty where none runs. */
    public static Optional<DatabaseUri> running(Path home) {
        Path root = root(home);
        Path sockets = root.resolve("run");
        if (!isIn(home) || !Files.exists(sockets.resolve(SOCKET))) {
            return Optional.empty();
        }
        try {
            return isLocked(root.resolve("lock")) ? Optional.of(uri(sockets.toRealPath())) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLocked(Path file) throws IOException {
        try {
            lock(file).acquiredBy().close();
            return false;
        } catch (DatabaseSetupException e) {
            log.debug("A server runs with this home", e);
            return true;
        }
    }

    private static Path root(Path home) {
        return home.toAbsolutePath().resolve("postgres");
    }

    private static EmbeddedPostgres start(Path root, FileLock lock) throws IOException {
        Path sockets = privateDirectory(root.resolve("run"));
        checkLength(sockets.resolve(SOCKET));
        Path logs = privateDirectory(root.resolve("log"));
        LocalUser user = LocalUser.current();
        PostgresCommands commands = new PostgresCommands(PostgresBinaries.unpacked(root), user, logs);
        DataDirectory data = new DataDirectory(root.resolve("data"), commands);
        if (data.stop()) {
            log.warn("Ended the database that a killed server had left behind");
        }
        // Whoever held it has ended; where nobody reaps the dead, PostgreSQL would take its number for a living one.
        Files.deleteIfExists(sockets.resolve(SOCKET + ".lock"));
        log.info("Starting the embedded database in {}", root);
        data.initializeIfAbsent(user);
        data.configure(PostgresSettings.text(sockets, logs));
        data.start();
        return new EmbeddedPostgres(lock, data, sockets);
    }

    /** The server's database, entered as a role that owns it and nothing else. */
    public DatabaseUri uri() {
        return uri(sockets);
    }

    private static DatabaseUri uri(Path sockets) {
        return new DatabaseUri(
                sockets.toString(), PORT, DataDirectory.DATABASE, DataDirectory.ROLE, null, SslMode.DISABLE, null);
    }

    /** Ends all sessions, writes everything down, and waits for the end. */
    public void stop() {
        try {
            data.stop();
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** The lock is the process's: whoever is killed gives it back. */
    private static FileLock lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            log.debug("Held by this very process", e);
        }
        if (lock == null) {
            channel.close();
            throw new DatabaseSetupException("Another server runs with this home (" + file
                    + " is locked): end it, or choose another --home and share a --database");
        }
        return lock;
    }

    private static Path privateDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return directory;
    }

    private static void checkLength(Path socket) {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            throw new DatabaseSetupException("The path of the database's socket, " + socket + ", is longer than "
                    + LONGEST_SOCKET_PATH + " bytes: choose a shorter --home, or use --database");
        }
    }
}
