package dev.perennial.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads instants as RFC 3339 §5.6 writes them and in no other form: Jackson's own reader also takes numbers. */
public final class StrictInstants extends StdScalarDeserializer<Instant> {
    private StrictInstants() {
        super(Instant.class);
    }

    static SimpleModule module() {
        return new SimpleModule("strict instants").addDeserializer(Instant.class, new StrictInstants());
    }

    /** The instant that the text says; null where it says none. A year has four digits and no sign. */
    public static @Nullable Instant parse(String text) {
        if (text.length() > 40 || !text.matches("[0-9]{4}-.*")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Instant instant = parser.currentToken() == JsonToken.VALUE_STRING ? parse(parser.getText()) : null;
        if (instant == null) {
            return (Instant) context.handleUnexpectedToken(Instant.class, parser);
        }
        return instant;
    }
}
