package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.agent.cli.Commands;
import dev.perennial.agent.people.Surroundings;
import dev.perennial.agent.people.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** The command line for people inside this JVM: a host of its own, and what it prints. There is no terminal. */
public final class Cli {
    private static final Terminal NOBODY = new Terminal() {
        @Override
        public boolean isThere() {
            return false;
        }

        @Override
        public String ask(String question) {
            throw new AssertionError(question);
        }
    };

    private final InstantSource clock;
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";

    /** @param home where it keeps its login */
    public Cli(InstantSource clock, Path home) {
        this.clock = clock;
        environment.put("HOME", home.toString());
    }

    public Cli with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** What the next command reads on its standard input. */
    public Cli typing(String text) {
        input = text;
        return this;
    }

    /** What a command came to. */
    public record Ran(int exit, String out, String err) {
        public Ran expect(int wanted) {
            assertThat(exit).as("out: %s%nerr: %s", out, err).isEqualTo(wanted);
            return this;
        }

        /** Its standard output, which must be one JSON document. */
        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (IOException e) {
                throw new AssertionError(out, e);
            }
        }

        public String line() {
            assertThat(out.lines()).as(err).hasSize(1);
            return out.strip();
        }
    }

    public Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                clock,
                ZoneOffset.UTC,
                Map.copyOf(environment),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                null,
                NOBODY);
        input = "";
        int exit = Commands.execute(surroundings, new SecureRandom(), arguments);
        return new Ran(exit, out.toString(), err.toString());
    }

    /** {@code admin}, expected to go well. */
    public Ran admin(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "admin";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return run(all).expect(0);
    }
}
