package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.GivenFile;
import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonException;
import dev.perennial.agent.state.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code login.json}: 0600, in a directory of 0700, and written as a whole. */
final class LoginFile {
    private static final String DIRECTORY_MODE = "rwx------";
    private static final String FILE_MODE = "rw-------";

    private final Path file;

    private LoginFile(Path file) {
        this.file = file;
    }

    /** Below {@code $XDG_CONFIG_HOME}, else {@code ~/.config}, as the XDG base directories have it. */
    static LoginFile of(Surroundings surroundings) throws ConfigException {
        String base = surroundings.variable("XDG_CONFIG_HOME");
        String home = surroundings.variable("HOME");
        if (base == null || !Path.of(base).isAbsolute()) {
            if (home == null) {
                throw new ConfigException("neither XDG_CONFIG_HOME nor HOME is set, so there is no place for a login");
            }
            base = home + "/.config";
        }
        return new LoginFile(Path.of(base, "perennial", "login.json"));
    }

    Optional<StoredLogin> read() throws ConfigException {
        try {
            StoredLogin login = Json.read(Files.readAllBytes(file), StoredLogin.class);
            if (isDamaged(login)) {
                throw new ConfigException(file + " is damaged: log in again");
            }
            return Optional.of(login);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonException e) {
            // What is wrong with it may quote the token.
            throw new ConfigException(file + " is damaged: log in again");
        } catch (IOException e) {
            throw GivenFile.wrong(file, e);
        }
    }

    private static boolean isDamaged(StoredLogin login) {
        return isMissing(login.server())
                || isMissing(login.ca())
                || isMissing(login.user())
                || isMissing(login.token())
                || isMissing(login.tokenId())
                || isMissing(login.expires());
    }

    /** The reader leaves null what the document lacks. */
    private static boolean isMissing(@Nullable Object value) {
        return value == null || value.toString().isEmpty();
    }

    void write(StoredLogin login) throws IOException {
        Path directory = directory();
        DurableFiles.createDirectories(directory, DIRECTORY_MODE);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(DIRECTORY_MODE));
        DurableFiles.replace(file, Json.write(login), FILE_MODE);
    }

    void delete() throws IOException {
        if (Files.deleteIfExists(file)) {
            DurableFiles.syncDirectory(directory());
        }
    }

    private Path directory() {
        return file.resolveSibling(".").normalize();
    }
}
