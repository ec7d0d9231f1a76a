package dev.perennial.server.db;

import java.nio.file.Path;

/** The embedded database's configuration, written anew at each start: what is to be tuned is a database of its own. */
final class PostgresSettings {
    private PostgresSettings() {}

    static String text(Path sockets, Path logs) {
        return """
                # Written by the server at each start; changes are lost. To tune, use --database.

                # Private: no network, and a socket that only the server's user reaches.
                listen_addresses = ''
                unix_socket_directories = %s
                unix_socket_permissions = 0700

                # Durable: what was acknowledged survives a crash.
                fsync = on
                synchronous_commit = on
                full_page_writes = on

                # A small machine, shared with the server.
                max_connections = 100
                shared_buffers = 256MB
                max_wal_size = 2GB
                min_wal_size = 160MB
                checkpoint_timeout = 15min
                wal_compression = on
                jit = off
                # Nobody runs this on a disk with a moving head; the default would prefer sorting to reading in order.
                random_page_cost = 1.1
                max_parallel_workers_per_gather = 0
                # Shared memory of containers is small.
                dynamic_shared_memory_type = mmap

                # One file a weekday, begun anew after a week. Terse: details repeat values of rows.
                logging_collector = on
                log_directory = %s
                log_filename = 'postgres-%%a.log'
                log_file_mode = 0600
                log_rotation_age = 1d
                log_rotation_size = 0
                log_truncate_on_rotation = on
                log_error_verbosity = terse
                log_line_prefix = '%%m [%%p] '

                lc_messages = 'C'
                timezone = 'UTC'
                log_timezone = 'UTC'
                """.formatted(quoted(sockets), quoted(logs));
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
