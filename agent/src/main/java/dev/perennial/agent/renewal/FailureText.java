package dev.perennial.agent.renewal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What an I/O failure says to an administrator: the path, and the error by its name. */
final class FailureText {
    private FailureText() {}

    static String of(IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": EACCES (permission denied)";
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": ENOENT (no such file)";
        }
        if (failure instanceof FileSystemException other && other.getReason() != null) {
            return other.getFile() + ": " + errno(other.getReason()) + other.getReason();
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : errno(message) + message;
    }

    /** The JDK gives the text of strerror(3) only. */
    private static String errno(@Nullable String reason) {
        String text = String.valueOf(reason);
        if (text.contains("Read-only file system")) {
            return "EROFS: ";
        }
        if (text.contains("No space left on device")) {
            return "ENOSPC: ";
        }
        return text.contains("Input/output error") ? "EIO: " : "";
    }
}
