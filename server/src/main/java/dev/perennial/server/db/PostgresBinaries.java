package dev.perennial.server.db;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, carried in a jar and unpacked once a version. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The directory that holds {@code bin}, {@code lib} and {@code share}; an interrupted unpacking leaves no such. */
    static Path unpacked(Path root) throws IOException {
        URL archive = archive();
        // The length tells two builds of the archive apart as well as a digest would, without reading 15 MB each time.
        String name = "bin-" + archive.openConnection().getContentLengthLong();
        Path directory = root.resolve(name);
        if (!Files.isDirectory(directory)) {
            removeAll(root);
            Path unfinished = Files.createTempDirectory(root, "bin-unfinished-");
            try (InputStream packed = new BufferedInputStream(archive.openStream())) {
                unpack(packed, unfinished);
            }
            Files.move(unfinished, directory);
        }
        return directory;
    }

    private static URL archive() {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "arm_64";
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        URL archive = PostgresBinaries.class.getResource("/postgres-" + system + "-" + architecture + ".txz");
        if (archive == null) {
            throw new DatabaseSetupException("This server carries no PostgreSQL for " + system + " on "
                    + System.getProperty("os.arch") + ": use --database");
        }
        return archive;
    }

    private static void unpack(InputStream packed, Path target) throws IOException {
        try (TarArchiveInputStream entries = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive leaves its directory: " + entry.getName());
                }
                Files.createDirectories(entry.isDirectory() ? path : path.resolveSibling("."));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.copy(entries, path);
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString((entry.getMode() & 0100) == 0 ? "rw-------" : "rwx------"));
                }
            }
        }
    }

    /** Older versions, and what an interrupted unpacking has left. */
    private static void removeAll(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path old : entries.filter(
                            entry -> entry.getFileName().toString().startsWith("bin-"))
                    .toList()) {
                removeTree(old);
            }
        }
    }

    static void removeTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
