package dev.perennial.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which installation a command is about: the same options, and the same defaults, for each of them. */
final class DatabaseOptions {
    @Option(names = "--home", paramLabel = "DIR", description = "Default: $PERENNIAL_HOME, else ./.perennial")
    private @Nullable Path home;

    @Option(
            names = "--database",
            paramLabel = "URI",
            description = "postgresql://user@host:port/db, PostgreSQL 15 or later; the password in $PGPASSWORD."
                    + " Default: $PERENNIAL_DATABASE, else the file's, else an embedded one")
    private @Nullable String database;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration file (YAML)")
    private @Nullable Path config;

    Path home() {
        String fromEnvironment = System.getenv("PERENNIAL_HOME");
        if (home != null) {
            return home;
        }
        return Path.of(fromEnvironment == null || fromEnvironment.isEmpty() ? ".perennial" : fromEnvironment);
    }

    /** @throws ConfigurationException where the file is not as it must be */
    Settings settings() {
        return config == null ? Settings.standard() : SettingsFile.read(config);
    }

    /** The URI; null for the embedded database. */
    @Nullable
    String database(Settings settings) {
        return firstOf(database, System.getenv("PERENNIAL_DATABASE"), settings.database());
    }

    private static @Nullable String firstOf(@Nullable String... values) {
        for (String value : values) {
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }
}
