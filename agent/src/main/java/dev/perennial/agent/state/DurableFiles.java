package dev.perennial.agent.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes that survive power loss: temporary file, fsync, rename, fsync of the directory. A failed fsync is never tried
 * again on the same file, since the kernel has dropped the dirty pages by then; the caller writes a new file.
 */
public final class DurableFiles {
    public static final String TEMPORARY = ".tmp";

    private DurableFiles() {}

    /** Makes a file that did not exist, with its final mode from the first instant, and syncs its content. */
    public static void create(Path file, byte[] content, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(permissions);
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attribute)) {
            // The umask may have taken bits away.
            Files.setPosixFilePermissions(file, permissions);
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Puts a file in place as a whole; a reader sees the old content or the new. */
    public static void replace(Path file, byte[] content, String mode) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        Files.deleteIfExists(temporary);
        try {
            create(temporary, content, mode);
            rename(temporary, file);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Renames within one directory, over whatever file or link stood there, and syncs the directory. */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(parentOf(to));
    }

    /** Makes {@code link} point to {@code target} by one rename; the link's name never vanishes. */
    public static void flip(Path link, Path target) throws IOException {
        Path temporary = link.resolveSibling(link.getFileName() + TEMPORARY);
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, target);
        rename(temporary, link);
    }

    /** Makes the directory and those above it that are missing; an existing one keeps its mode. */
    public static void createDirectories(Path directory, String mode) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        createDirectories(parentOf(directory), "rwxr-xr-x");
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions));
        Files.setPosixFilePermissions(directory, permissions);
        syncDirectory(parentOf(directory));
    }

    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a file, a link (not what it points to) or a directory with all below it; nothing there is fine. */
    public static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : list(path)) {
                deleteTree(child);
            }
        }
        Files.deleteIfExists(path);
    }

    /**
     * Takes a directory away as a whole: whoever is interrupted in between leaves what an interrupted write leaves, and
     * never a directory that lacks some of its files. Nothing there is fine.
     */
    public static void discard(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path leftover = directory.resolveSibling(directory.getFileName() + TEMPORARY);
        deleteTree(leftover);
        rename(directory, leftover);
        deleteTree(leftover);
    }

    /** Deletes what an interrupted write left behind. */
    public static void sweep(Path directory) throws IOException {
        for (Path child : list(directory)) {
            if (child.getFileName().toString().endsWith(TEMPORARY)) {
                deleteTree(child);
            }
        }
    }

    /** What stands in a directory, in no order; empty where there is no such directory. */
    public static List<Path> list(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }

    private static Path parentOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no directory above it");
        }
        return parent;
    }
}
