package dev.perennial.server.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** A client that asks and does not read, with little room of its own. */
public final class SlowSocket implements AutoCloseable {
    private static final int ROOM = 8 * 1024;
    private static final int PATIENCE_MILLIS = 30_000;

    private final SSLSocket socket;

    private SlowSocket(SSLSocket socket) {
        this.socket = socket;
    }

    public static SlowSocket open(URI server, String roots) {
        try {
            Socket plain = new Socket();
            plain.setReceiveBufferSize(ROOM);
            plain.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            SSLSocket socket = (SSLSocket) TestTls.context(roots, null)
                    .getSocketFactory()
                    .createSocket(plain, server.getHost(), server.getPort(), true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return new SlowSocket(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many octets there were until the other side ended or cut it; fails where it does neither. */
    public long readToEnd() {
        long count = 0;
        byte[] part = new byte[ROOM];
        try {
            InputStream in = socket.getInputStream();
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                count += read;
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("it goes on", e);
        } catch (IOException e) {
            // Cut.
        }
        return count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
