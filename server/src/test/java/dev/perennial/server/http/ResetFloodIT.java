package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 streams that are opened and taken back at once, in frames of our own (CVE-2023-44487, reliability T30). */
@Timeout(60)
class ResetFloodIT {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACKNOWLEDGED = 1;
    private static final int END_OF_STREAM_AND_HEADERS = 5;
    private static final byte[] CANCEL = {0, 0, 0, 8};

    private HttpServerFixture server;
    private SSLSocket socket;
    private DataOutputStream out;
    private DataInputStream in;
    private int stream = 1;

    @BeforeEach
    void connect() throws Exception {
        server = new HttpServerFixture();
        socket = (SSLSocket) server.own
                .trustedBy(null)
                .getSocketFactory()
                .createSocket("localhost", server.first().port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        out.write(frame(SETTINGS, 0, 0));
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        server.close();
    }

    @Test
    void flood_endsItsConnectionAndNoOther() throws Exception {
        HttpClient other = server.client(null, HttpClient.Version.HTTP_2);
        assertThat(server.send(other, "GET", "/v1/who", null).statusCode()).isEqualTo(200);

        reset(100);
        out.write(frame(PING, 0, 0, new byte[8]));
        awaitPong();

        assertThatThrownBy(() -> {
                    reset(200);
                    out.write(frame(PING, 0, 0, new byte[8]));
                    awaitPong();
                })
                .as("cut, by an end or a reset")
                .isInstanceOf(IOException.class);
        assertThat(server.send(other, "GET", "/v1/who", null).statusCode()).isEqualTo(200);
    }

    /** Calls so many times, and takes each call back. */
    private void reset(int times) throws IOException {
        for (int i = 0; i < times; i++, stream += 2) {
            byte[] path = "/v1/who".getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            // GET and https by their places in the table, path and authority in their own words (RFC 7541 §6).
            fields.write(0x82);
            fields.write(0x87);
            literal(fields, 4, path);
            literal(fields, 1, "localhost".getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(frame(HEADERS, END_OF_STREAM_AND_HEADERS, stream, fields.toByteArray()));
            both.write(frame(RST_STREAM, 0, stream, CANCEL));
            out.write(both.toByteArray());
        }
    }

    private static void literal(OutputStream fields, int name, byte[] value) throws IOException {
        fields.write(name);
        fields.write(value.length);
        fields.write(value);
    }

    /** Reads until the answer to a PING; an exception where the connection ends before it. */
    private void awaitPong() throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.skipNBytes(4L + length);
            if (type == PING && flags == ACKNOWLEDGED) {
                return;
            }
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
