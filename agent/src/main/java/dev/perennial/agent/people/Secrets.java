package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.GivenFile;
import java.io.Console;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Passwords and tokens on their way in: from a file, from standard input or typed unseen, and never from an argument. */
final class Secrets {
    private static final String STANDARD_INPUT = "-";

    private final Surroundings surroundings;
    private boolean standardInputTaken;

    Secrets(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The first line of a file; of standard input where it is {@code -}, which is good for one secret. */
    String fromFile(String file) throws ConfigException {
        if (file.equals(STANDARD_INPUT)) {
            if (standardInputTaken) {
                throw new ConfigException("standard input (-) gives one secret: name a file for the other");
            }
            standardInputTaken = true;
        }
        return GivenFile.secret(file, surroundings.in());
    }

    /** A password: of the file where one is named, else asked of the person at the terminal. */
    String password(@Nullable String file, String option, String question) throws ConfigException {
        return file == null ? typed(console(option), question) : fromFile(file);
    }

    /** A new password, typed twice at a terminal. */
    String newPassword(@Nullable String file, String option, String question) throws ConfigException {
        String first = password(file, option, question);
        if (file == null && !first.equals(typed(console(option), "The same again"))) {
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

    private Console console(String option) throws ConfigException {
        Console console = surroundings.console();
        if (console == null) {
            throw new ConfigException(
                    "a password is typed only where standard input and output are a terminal: here say " + option
                            + " FILE, or - for standard input");
        }
        return console;
    }
}
