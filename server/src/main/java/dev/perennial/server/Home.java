package dev.perennial.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The home directory and the few files in it. Each is written whole or not at all, and stands on disk before the call
 * returns: the schema commits only after them.
 */
final class Home {
    static final String ADMIN_TOKEN = "admin.token";
    static final String CA = "ca.pem";
    static final String SEAL_KEY = "seal.key";
    static final String NEXT_SEAL_KEY = "seal.key.new";
    static final String AUDIT_HEAD = "audit.head";
    static final String MANAGEMENT_URL = "management.url";

    private static final String PRIVATE = "rw-------";
    private static final String PUBLIC = "rw-r--r--";

    private final Path directory;

    private Home(Path directory) {
        this.directory = directory;
    }

    /** Opens it, and makes it where it is not there, for its owner alone. */
    static Home open(Path directory) {
        try {
            Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
            if (!Files.isDirectory(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(owner));
            }
            Files.setPosixFilePermissions(directory, owner);
            return new Home(directory.toRealPath());
        } catch (IOException e) {
            throw new ConfigurationException("the home " + directory + " cannot be used: " + e);
        }
    }

    /** Opens one that a server has made, and leaves it as it is. */
    static Home existing(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                return new Home(directory.toRealPath());
            }
        } catch (IOException e) {
            throw new ConfigurationException("the home " + directory + " cannot be used: " + e);
        }
        throw new ConfigurationException("there is no home " + directory + ": name that of the server with --home");
    }

    Path directory() {
        return directory;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** The text of a file without the line's end; empty where there is none. */
    Optional<String> read(String name) {
        Path file = file(name);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e);
        }
    }

    void writePrivate(String name, String text) {
        write(name, text, PRIVATE);
    }

    void writePublic(String name, String text) {
        write(name, text, PUBLIC);
    }

    /**
     * Does what only one process of this home may do at a time.
     *
     * @param lock the file that is locked meanwhile
     * @throws ConfigurationException where another process does it
     */
    <T> T alone(String lock, Supplier<T> work) {
        try (FileChannel channel = FileChannel.open(
                file(lock),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)))) {
            if (channel.tryLock() == null) {
                throw new ConfigurationException(file(lock) + " is held by another process that does the same");
            }
            return work.get();
        } catch (IOException e) {
            throw new UncheckedIOException(file(lock) + " cannot be locked", e);
        }
    }

    /** Puts a file in another one's place, at once and for good. */
    void rename(String name, String newName) {
        try {
            Files.move(file(name), file(newName), StandardCopyOption.ATOMIC_MOVE);
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(file(name) + " cannot be renamed", e);
        }
    }

    /** Takes a file away, where it is there. */
    void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(file(name) + " cannot be deleted", e);
        }
    }

    private void flush() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void write(String name, String text, String mode) {
        Path temporary = file(name + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(file(name) + " cannot be written", e);
        }
    }
}
