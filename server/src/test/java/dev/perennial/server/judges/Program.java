package dev.perennial.server.judges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs a program that ends by itself. */
record Program(int status, String text) {
    private static final int MOST = 1 << 20;

    static Program run(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readNBytes(MOST), StandardCharsets.UTF_8);
            if (text.length() == MOST) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " does not end: " + text.substring(0, 1_000));
            }
            return new Program(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Good where it ended well, revoked where it says so. */
    Judge.Verdict verdict(String revoked) {
        if (text.contains(revoked)) {
            return Judge.Verdict.REVOKED;
        }
        return status == 0 ? Judge.Verdict.GOOD : Judge.Verdict.REFUSED;
    }
}
