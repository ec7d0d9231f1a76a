package dev.perennial.server.testing;

import dev.perennial.server.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What PostgreSQL logs, as far as its log is ours to read: of a database that was given to us it is not. */
public final class DatabaseLog {
    private final Database database;
    private final Optional<Path> directory;

    DatabaseLog(Database database, Optional<Path> directory) {
        this.database = database;
        this.directory = directory;
    }

    public boolean isOurs() {
        return directory.isPresent();
    }

    /** Puts a mark into the log. */
    public String mark() {
        String mark = "mark " + UUID.randomUUID();
        Await.value(database.pool()
                .query("DO $$BEGIN RAISE LOG '" + mark + "'; END$$")
                .execute());
        return mark;
    }

    /** All that was logged since the mark by then, by anybody; empty where the log is not ours. */
    public String since(String mark) {
        if (directory.isEmpty()) {
            return "";
        }
        // The log is written by a process of its own, in order: what came before the mark is there with it.
        String end = mark();
        Until.is(() -> text().contains(end), "the log holds its mark");
        String text = text();
        return text.substring(text.indexOf(mark), text.indexOf(end));
    }

    private String text() {
        try (Stream<Path> files = Files.list(directory.orElseThrow())) {
            StringBuilder text = new StringBuilder();
            List<Path> oldestFirst = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted(Comparator.comparing(file -> file.toFile().lastModified()))
                    .toList();
            for (Path file : oldestFirst) {
                text.append(Files.readString(file));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
