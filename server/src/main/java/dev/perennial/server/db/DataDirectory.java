package dev.perennial.server.db;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded database's files, and the processes that work on them. */
final class DataDirectory {
    private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

    static final String DATABASE = "perennial";
    static final String ROLE = "perennial";

    /** The role that PostgreSQL begins with. The server does not use it. */
    static final String SUPERUSER = "postgres";

    /** Recovery after a crash reads up to {@code max_wal_size}, twice on a bad day. */
    private static final int START_SECONDS = 300;

    private static final int STOP_SECONDS = 60;
    private static final int INITIALIZE_SECONDS = 120;

    private static final String FIRST_STATEMENTS = """
            CREATE ROLE %s LOGIN
            CREATE DATABASE %s OWNER %s
            """.formatted(ROLE, DATABASE, ROLE);

    private final Path directory;
    private final PostgresCommands commands;

    DataDirectory(Path directory, PostgresCommands commands) {
        this.directory = directory;
        this.commands = commands;
    }

    /** Made beside and renamed when complete: a half-made one is never taken for a database. */
    void initializeIfAbsent(LocalUser user) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path unfinished = directory.resolveSibling("data-unfinished");
        PostgresBinaries.removeTree(unfinished);
        commands.run(
                INITIALIZE_SECONDS,
                "",
                "initdb",
                List.of(
                        "--pgdata=" + unfinished,
                        "--username=" + SUPERUSER,
                        "--data-checksums",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--auth=reject"));
        commands.run(
                INITIALIZE_SECONDS,
                FIRST_STATEMENTS,
                "postgres",
                List.of("--single", "-D", unfinished.toString(), SUPERUSER));
        Files.writeString(unfinished.resolve("pg_hba.conf"), """
                # The peer is the process's user as the kernel tells it.
                local all all peer map=server
                local replication all peer map=server
                """);
        Files.writeString(
                unfinished.resolve("pg_ident.conf"),
                "server %1$s %2$s\nserver %1$s %3$s\n".formatted(user.name(), ROLE, SUPERUSER));
        Files.move(unfinished, directory);
        try (FileChannel parent = FileChannel.open(directory.resolveSibling("."))) {
            parent.force(true);
        }
    }

    void configure(String settings) throws IOException {
        Path unfinished = directory.resolve("postgresql.conf.new");
        Files.writeString(unfinished, settings);
        Files.move(
                unfinished,
                directory.resolve("postgresql.conf"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    void start() throws IOException {
        commands.run(
                START_SECONDS + 10,
                "",
                "pg_ctl",
                List.of("start", "--wait", "--timeout=" + START_SECONDS, "--pgdata=" + directory));
    }

    /**
     * Ends whatever works on these files: the postmaster in order, with it its children. Afterwards no process is left
     * here, so a remaining {@code postmaster.pid} is stale; its number may be another process's by now.
     *
     * @return whether there was anything to end
     */
    boolean stop() throws IOException {
        List<ProcessHandle> processes = processes();
        if (processes.isEmpty()) {
            Files.deleteIfExists(directory.resolve("postmaster.pid"));
            return false;
        }
        long postmaster = postmaster();
        if (processes.stream().anyMatch(process -> process.pid() == postmaster)) {
            tellToStop();
        }
        for (ProcessHandle process : processes) {
            awaitEnd(process);
        }
        Files.deleteIfExists(directory.resolve("postmaster.pid"));
        return true;
    }

    /** Not waited for here: one that dies meanwhile, of a signal, would never take its file away as the program expects. */
    private void tellToStop() throws IOException {
        try {
            commands.run(
                    STOP_SECONDS, "", "pg_ctl", List.of("stop", "--no-wait", "--mode=fast", "--pgdata=" + directory));
        } catch (DatabaseSetupException e) {
            log.debug("The database was gone before it could be told to stop", e);
        }
    }

    private long postmaster() throws IOException {
        Path file = directory.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return -1;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
            return lines.findFirst().map(line -> Long.parseLong(line.strip())).orElse(-1L);
        }
    }

    /**
     * Until it no longer works here. Not until its number is free: that may be never, where nobody reaps the dead. The
     * children of a postmaster that was killed end by themselves within seconds.
     */
    private void awaitEnd(ProcessHandle process) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (worksHere(process)) {
            if (System.nanoTime() > end) {
                throw new DatabaseSetupException(
                        "Process " + process.pid() + " works on " + directory + " and does not end: end it by hand");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DatabaseSetupException("Interrupted while the database was ending", e);
            }
        }
    }

    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::worksHere).toList();
    }

    /**
     * Each of PostgreSQL's processes has the data directory as its working directory: another process that has got the
     * number of a dead one is never mistaken for it.
     */
    private boolean worksHere(ProcessHandle process) {
        Path facts = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(facts.resolve("cwd")).equals(directory)
                    && Files.readSymbolicLink(facts.resolve("exe"))
                            .getFileName()
                            .toString()
                            .startsWith("postgres");
        } catch (IOException e) {
            // Gone in between, or another user's.
            return false;
        }
    }
}
