package dev.perennial.server.testing;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message of PostgreSQL's protocol, as it stands on the wire ("Message Formats" in its documentation).
 *
 * @param type its first byte; a space for the message that opens a connection, which has none
 */
record PgMessage(char type, byte[] wire) {
    private static final int LENGTH = Integer.BYTES;
    private static final int HEAD = 1 + LENGTH;

    /** The first one of a client; null where the connection ends before it. */
    static @Nullable PgMessage first(SocketChannel from) throws IOException {
        return read(from, LENGTH);
    }

    /** The next one; null where the connection ends before it. */
    static @Nullable PgMessage next(SocketChannel from) throws IOException {
        return read(from, HEAD);
    }

    private static @Nullable PgMessage read(SocketChannel from, int headSize) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(headSize);
        if (from.read(head) < 0) {
            return null;
        }
        fill(from, head);
        // The length counts itself, and not the type.
        ByteBuffer whole = ByteBuffer.allocate(headSize - LENGTH + head.getInt(headSize - LENGTH));
        fill(from, whole.put(head.flip()));
        return new PgMessage(headSize == HEAD ? (char) whole.get(0) : ' ', whole.array());
    }

    private static void fill(SocketChannel from, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException("the connection ends within a message");
            }
        }
    }

    void writeTo(SocketChannel to) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(wire);
        while (rest.hasRemaining()) {
            to.write(rest);
        }
    }

    /** The so many-th of the strings that it begins with, each of which ends with a zero byte. */
    String string(int number) {
        int start = HEAD;
        for (int skipped = 0; skipped < number; skipped++) {
            start = end(start) + 1;
        }
        return new String(wire, start, end(start) - start, StandardCharsets.UTF_8);
    }

    private int end(int start) {
        int end = start;
        while (wire[end] != 0) {
            end++;
        }
        return end;
    }

    /** All of it as text, whatever it is: to look for ASCII in. */
    String text() {
        return new String(wire, StandardCharsets.ISO_8859_1);
    }

    /** Of a {@code ReadyForQuery}: whether no transaction is open. */
    boolean endsTransaction() {
        return wire[HEAD] == 'I';
    }
}
