package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Passwords and tokens on their way in: from a file, from standard input or typed unseen, and never from an argument. */
final class Secrets {
    private static final int LONGEST = 8192;

    private final Surroundings surroundings;

    Secrets(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The first line of a file; of standard input where it is {@code -}. */
    String fromFile(String file) throws ConfigException, IOException {
        byte[] content;
        try {
            content = file.equals("-")
                    ? surroundings.in().readNBytes(LONGEST)
                    : Files.newInputStream(Path.of(file)).readNBytes(LONGEST);
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no file " + file);
        }
        String secret =
                new String(content, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        if (secret.isEmpty()) {
            throw new ConfigException(
                    (file.equals("-") ? "standard input" : file) + " holds no secret in its first line");
        }
        return secret;
    }

    /** A password: of the file where one is named, else asked of the person at the terminal. */
    String password(@Nullable String file, String option, String question) throws ConfigException, IOException {
        if (file != null) {
            return fromFile(file);
        }
        return typed(
                terminal("there is no terminal to ask for the password at: say " + option
                        + " FILE, or - for standard input"),
                question);
    }

    /** A new password, typed twice at a terminal. */
    String newPassword(@Nullable String file, String option, String question) throws ConfigException, IOException {
        String first = password(file, option, question);
        if (file == null && !first.equals(typed(terminal(""), "The same again"))) {
            throw new ConfigException("these are two different passwords");
        }
        return first;
    }

    private static String typed(Console console, String question) throws ConfigException {
        char[] typed = console.readPassword("%s: ", question);
        if (typed == null || typed.length == 0) {
            throw new ConfigException("no password was given");
        }
        String password = new String(typed);
        Arrays.fill(typed, ' ');
        return password;
    }

    Console terminal(String without) throws ConfigException {
        Console console = surroundings.console();
        if (console == null) {
            throw new ConfigException(without);
        }
        return console;
    }
}
