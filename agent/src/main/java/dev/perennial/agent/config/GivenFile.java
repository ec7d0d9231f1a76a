package dev.perennial.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that a person names on the command line: what is wrong with one is said with its name and what to do. */
public final class GivenFile {
    /** More than any list of roots has. */
    private static final int LONGEST = 4 << 20;

    private static final int LONGEST_SECRET = 8192;
    private static final String STANDARD_INPUT = "-";

    private GivenFile() {}

    /** The whole of a PEM file. */
    public static String pem(Path file) throws ConfigException {
        try (InputStream in = Files.newInputStream(file)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readNBytes(LONGEST)))
                    .toString();
        } catch (IOException e) {
            throw wrong(file, e);
        }
    }

    /** The secret in the first line of a file; of standard input where it is {@code -}. */
    public static String secret(String file, InputStream standardInput) throws ConfigException {
        boolean piped = file.equals(STANDARD_INPUT);
        byte[] content;
        try (InputStream in = piped ? InputStream.nullInputStream() : Files.newInputStream(Path.of(file))) {
            content = (piped ? standardInput : in).readNBytes(LONGEST_SECRET);
        } catch (IOException e) {
            throw wrong(Path.of(piped ? "standard input" : file), e);
        }
        String secret =
                new String(content, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        if (secret.isEmpty()) {
            throw new ConfigException((piped ? "standard input" : file) + " holds no secret in its first line");
        }
        return secret;
    }

    /** What a failure to read a file means to who named it. */
    public static ConfigException wrong(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return new ConfigException("there is no file " + file);
        }
        if (failure instanceof AccessDeniedException) {
            return new ConfigException("you may not read " + file + ": look at its owner and mode");
        }
        if (failure instanceof CharacterCodingException) {
            return new ConfigException(
                    file + " is no text, and PEM is wanted; of DER make it with 'openssl x509 -inform" + " DER -in "
                            + file + " -out ca.pem'");
        }
        String reason = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return new ConfigException(
                file + " cannot be read" + (reason == null ? "" : ": " + reason) + "; name a file that can");
    }
}
