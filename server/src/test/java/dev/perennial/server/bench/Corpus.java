package dev.perennial.server.bench;

import dev.perennial.server.testing.TestCsrs;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** PKCS#10 with keys and names of their own, made once and kept on disk: making them must not be measured. */
final class Corpus {
    private static final int CHUNK = 2_000;

    private Corpus() {}

    /** So many PEM texts; those of an earlier run are used again, on a server that has not seen them. */
    static List<String> pems(Path directory, int count) throws IOException {
        Path file = directory.resolve("csrs-" + count + ".bin");
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
                for (int from = 0; from < count; from += CHUNK) {
                    List<String> made = IntStream.range(from, Math.min(count, from + CHUNK))
                            .parallel()
                            .mapToObj(i -> TestCsrs.p256("host-" + i + ".bench.example.com"))
                            .toList();
                    for (String pem : made) {
                        out.writeUTF(pem);
                    }
                }
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return read(file, count);
    }

    private static List<String> read(Path file, int count) throws IOException {
        List<String> pems = new ArrayList<>(count);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                pems.add(in.readUTF());
            }
        } catch (EOFException e) {
            return pems;
        }
    }
}
