package dev.perennial.agent.people;

import picocli.CommandLine.Option;

/** {@code --yes} of what cannot be undone. */
final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask; needed where there is no terminal to ask at.")
    private boolean given;

    boolean isGiven() {
        return given;
    }
}
