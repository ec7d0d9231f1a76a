package dev.perennial.agent.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.ToIntFunction;

/** A state file was written by a newer agent, in a form that this one would misread. */
public final class SchemaException extends IOException {
    private static final long serialVersionUID = 1;

    /** The form that this agent writes. Additions that an older agent may ignore do not raise it. */
    public static final int CURRENT = 1;

    private SchemaException(Path file, int schema) {
        super(file + " has schema " + schema + ", this agent knows up to " + CURRENT
                + ": install the newer agent again");
    }

    /** Gives the value back, or fails where its schema is too new. */
    public static <T> T check(T value, ToIntFunction<T> schema, Path file) throws SchemaException {
        if (schema.applyAsInt(value) > CURRENT) {
            throw new SchemaException(file, schema.applyAsInt(value));
        }
        return value;
    }
}
