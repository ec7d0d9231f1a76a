package dev.perennial.agent.install;

import dev.perennial.agent.state.DurableFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether an installation would succeed, asked before the server is: a certificate that cannot be stored is a waste. It
 * makes nothing that stays, so that it may be asked beside a running daemon.
 */
public final class Preflight {
    private static final long SPARE_BYTES = 1 << 20;
    private static final int GENERATION_SIZES = 4;
    private static final long FIRST_GENERATION_BYTES = 16 << 10;

    private final PublishedDirectory published;
    private final Path state;
    private final List<List<String>> hooks;

    public Preflight(PublishedDirectory published, Path state, List<List<String>> hooks) {
        this.published = published;
        this.state = state;
        this.hooks = hooks;
    }

    /** Fails with the path and the reason of the first thing that is in the way. */
    public void check() throws IOException {
        List<String> foreign = published.foreign();
        if (!foreign.isEmpty()) {
            throw new PreflightException(
                    published.path() + " already holds " + foreign + " of somebody else: move them away first");
        }
        probe(published.path());
        probe(state);
        for (List<String> hook : hooks) {
            if (!isExecutable(hook.get(0))) {
                throw new PreflightException("hook " + hook.get(0) + " is not an executable file");
            }
        }
    }

    private void probe(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            requireWritableAbove(directory);
            return;
        }
        FileStore store = Files.getFileStore(directory);
        long needed = GENERATION_SIZES * lastSize() + SPARE_BYTES;
        if (store.getUsableSpace() < needed) {
            throw new PreflightException(
                    directory + " has " + store.getUsableSpace() + " bytes free, " + needed + " are needed");
        }
        // Of this process alone: 'check' may run beside the daemon.
        String name = PublishedDirectory.PROBE + ProcessHandle.current().pid();
        Path probe = directory.resolve(name + DurableFiles.TEMPORARY);
        Path renamed = directory.resolve(name + ".moved" + DurableFiles.TEMPORARY);
        Files.deleteIfExists(probe);
        try {
            DurableFiles.create(probe, new byte[4096], "rw-------");
            DurableFiles.rename(probe, renamed);
        } finally {
            Files.deleteIfExists(probe);
            Files.deleteIfExists(renamed);
        }
    }

    /** A directory that is missing will be made, which is not tried here. */
    private static void requireWritableAbove(Path directory) throws IOException {
        Path above = directory.toAbsolutePath();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        if (above == null || !Files.isDirectory(above) || !Files.isWritable(above)) {
            throw new PreflightException(directory + " is missing and cannot be made in " + above);
        }
    }

    private long lastSize() throws IOException {
        int live = published.live();
        return live == 0
                ? FIRST_GENERATION_BYTES
                : published
                        .manifest(live)
                        .map(manifest -> manifest.files().stream()
                                .mapToLong(Manifest.Entry::size)
                                .sum())
                        .orElse(FIRST_GENERATION_BYTES);
    }

    private static boolean isExecutable(String program) {
        if (program.indexOf('/') >= 0) {
            Path file = Path.of(program);
            return Files.isRegularFile(file) && Files.isExecutable(file);
        }
        for (String directory : String.valueOf(System.getenv("PATH")).split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** Something on this host is in the way. */
    public static final class PreflightException extends IOException {
        private static final long serialVersionUID = 1;

        PreflightException(String message) {
            super(message);
        }
    }
}
