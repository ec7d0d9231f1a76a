package dev.perennial.agent.people;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every {@code admin} command takes, before its own name or after it. */
final class ServerOptions {
    @Option(
            names = "--server",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "https://HOST:PORT; else $PERENNIAL_SERVER, else the server of 'perennial login'.")
    @Nullable
    String server;

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "The server's root certificates in PEM; else $PERENNIAL_CA, else those of the login.")
    @Nullable
    Path ca;

    @Option(
            names = "--token-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "A file with the token, or - for standard input; else $PERENNIAL_TOKEN (the token itself), "
                    + "else that of the login.")
    @Nullable
    String tokenFile;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the server's answer, one JSON document.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}
