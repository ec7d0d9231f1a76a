package dev.perennial.agent.people;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command has around it.
 *
 * @param console standard input and output where both are a terminal, for what is typed unseen; else null
 * @param terminal where questions are asked
 */
public record Surroundings(
        InstantSource clock,
        ZoneId zone,
        Map<String, String> environment,
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        @Nullable Console console,
        Terminal terminal) {

    /** Those of this process. */
    public static Surroundings ofProcess(InstantSource clock) {
        return new Surroundings(
                clock,
                ZoneId.systemDefault(),
                System.getenv(),
                System.in,
                writer(System.out),
                writer(System.err),
                ofStandardStreams(),
                new DeviceTerminal(charset()));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, charset());
    }

    private static Charset charset() {
        return Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    }

    /** From JDK 22 on there is a console without a terminal too, and a method that tells them apart. */
    @SuppressWarnings("SystemConsoleNull") // both kinds are told apart here
    private static @Nullable Console ofStandardStreams() {
        Console console = System.console();
        if (console == null) {
            return null;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console)) ? console : null;
        } catch (NoSuchMethodException e) {
            return console;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return null;
        }
    }

    /** A variable of the environment; null where it is not set, or set to nothing. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The width of the terminal that is written to, in columns; a great many where it is none. */
    int width() {
        if (console == null) {
            return Integer.MAX_VALUE;
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns > 0 ? columns : Integer.MAX_VALUE;
        } catch (java.io.IOException | NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
