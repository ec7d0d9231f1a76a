package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.TestTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server's own certificate, renewed while connections stand. */
final class OwnCertificateIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    @Test
    void renewal_showsInNewConnectionsAndDropsNone() throws Exception {
        Path file = Files.writeString(
                directory.resolve("perennial.yaml"), "signers: {perennial.dev/server: {validity: PT20S}}\n");
        try (ServerProcess server = ServerProcess.ready(
                        directory.resolve("home"),
                        "--database",
                        POSTGRES.uri().toString(),
                        "--config",
                        file.toString());
                SSLSocket standing = connect(server)) {
            X509Certificate first = certificate(standing);
            assertThat(answers(standing)).isTrue();
            server.awaitLog("own certificate was renewed");

            assertThat(answers(standing)).as("the connection that stands").isTrue();
            try (SSLSocket fresh = connect(server)) {
                assertThat(certificate(fresh).getSerialNumber()).isNotEqualTo(first.getSerialNumber());
                assertThat(certificate(fresh).getNotAfter()).isAfter(first.getNotAfter());
                assertThat(answers(fresh)).isTrue();
            }
            assertThat(answers(standing)).isTrue();
        }
    }

    private static SSLSocket connect(ServerProcess server) throws IOException {
        SSLSocket socket = (SSLSocket) TestTls.context(server.file("ca.pem"), null)
                .getSocketFactory()
                .createSocket("localhost", server.url().getPort());
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate certificate(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** One call on the connection, which stays open. */
    private static boolean answers(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = reader.readLine();
        int length = 0;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        char[] body = new char[length];
        int read = 0;
        while (read < length) {
            read += reader.read(body, read, length - read);
        }
        return status != null && status.contains(" 200 ");
    }
}
