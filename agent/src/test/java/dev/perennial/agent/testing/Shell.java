package dev.perennial.agent.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.cli.Commands;
import dev.perennial.agent.people.Surroundings;
import dev.perennial.agent.people.Terminal;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A shell in which the command line for people runs, with or without somebody at a terminal. */
public final class Shell {
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<String> typed = new ArrayDeque<>();
    private boolean person;
    private String input = "";

    public final StringWriter out = new StringWriter();
    public final StringWriter err = new StringWriter();

    public Shell(Path home) {
        environment.put("HOME", home.toString());
    }

    public Shell with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Shell input(String text) {
        input = text;
        return this;
    }

    /** Somebody sits there and types these lines. */
    public Shell person(String... lines) {
        person = true;
        typed.addAll(List.of(lines));
        return this;
    }

    public Surroundings surroundings() {
        return new Surroundings(
                InstantSource.system(),
                ZoneOffset.UTC,
                Map.copyOf(environment),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                null,
                new Terminal() {
                    @Override
                    public boolean isThere() {
                        return person;
                    }

                    @Override
                    public String ask(String question) {
                        err.append(question).append('\n');
                        return typed.isEmpty() ? "" : typed.remove();
                    }
                });
    }

    /** Runs a command and gives what it printed; its exit code must be that. */
    public Shell run(int exit, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        assertThat(Commands.execute(surroundings(), new SecureRandom(), arguments))
                .as("out: %s%nerr: %s", out, err)
                .isEqualTo(exit);
        return this;
    }
}
