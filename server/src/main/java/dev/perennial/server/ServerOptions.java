package dev.perennial.server;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param database a URI; null for the embedded one
 * @param httpPort empty for no plain HTTP
 */
record ServerOptions(
        Path home,
        int port,
        OptionalInt httpPort,
        int managementPort,
        @Nullable String database,
        Settings settings) {}
