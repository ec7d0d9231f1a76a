package dev.perennial.server.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The three listeners of one verticle instance: HTTPS for all doors, plain HTTP for publication, management on the
 * loopback. Instances that start with the same {@link ListenerSettings} in one Vert.x share the ports.
 */
public final class Listeners {
    private final HttpServer https;
    private final @Nullable HttpServer http;
    private final HttpServer management;

    private Listeners(HttpServer https, @Nullable HttpServer http, HttpServer management) {
        this.https = https;
        this.http = http;
        this.management = management;
    }

    /**
     * Starts all, or none: fails where the TLS material is no good, and with {@link PortException} where a port is taken.
     *
     * @param publication for plain HTTP; not used where the settings name no port for it
     */
    public static Future<Listeners> start(
            Vertx vertx,
            ListenerSettings settings,
            TlsMaterial material,
            Handler<HttpServerRequest> doors,
            Handler<HttpServerRequest> publication,
            Handler<HttpServerRequest> management) {
        HttpServerOptions secure = options(settings).setSsl(true).setUseAlpn(true);
        secure.setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(pem(material))
                .setTrustOptions(TrustOptions.wrap(new AnyClientCertificate()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
        HttpServer https = server(vertx, settings, secure, doors);
        HttpServer http =
                settings.httpPort().isPresent() ? server(vertx, settings, options(settings), publication) : null;
        HttpServer managing = server(vertx, settings, options(settings), management);
        Listeners listeners = new Listeners(https, http, managing);
        List<Future<HttpServer>> starting = new ArrayList<>();
        starting.add(listen(https, settings.port(), "0.0.0.0"));
        if (http != null) {
            starting.add(listen(http, settings.httpPort().getAsInt(), "0.0.0.0"));
        }
        starting.add(listen(managing, settings.managementPort(), "127.0.0.1"));
        return Future.join(starting)
                .map(listeners)
                .recover(cause -> listeners.close(Duration.ZERO).transform(closed -> Future.failedFuture(cause)));
    }

    private static Future<HttpServer> listen(HttpServer server, int port, String address) {
        return server.listen(port, address)
                .recover(cause -> Future.failedFuture(
                        cause instanceof IOException failure ? new PortException(port, address, failure) : cause));
    }

    /** The port that HTTPS is really on. */
    public int port() {
        return https.actualPort();
    }

    public OptionalInt httpPort() {
        return http == null ? OptionalInt.empty() : OptionalInt.of(http.actualPort());
    }

    public int managementPort() {
        return management.actualPort();
    }

    /**
     * Gives new connections another certificate; those that stand keep theirs. Reaches every instance that shares the
     * port. Fails, and changes nothing, where key and chain do not parse.
     */
    public Future<Void> reload(TlsMaterial material) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(pem(material))
                .setTrustOptions(TrustOptions.wrap(new AnyClientCertificate()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
        options.setUseAlpn(true);
        return https.updateSSLOptions(options).mapEmpty();
    }

    /** Takes no more connections, lets calls under way end, and cuts what is left at the deadline. */
    public Future<Void> close(Duration deadline) {
        List<Future<Void>> closing = new ArrayList<>();
        closing.add(https.shutdown(deadline.toMillis(), TimeUnit.MILLISECONDS));
        if (http != null) {
            closing.add(http.shutdown(deadline.toMillis(), TimeUnit.MILLISECONDS));
        }
        closing.add(management.shutdown(deadline.toMillis(), TimeUnit.MILLISECONDS));
        return Future.join(closing).mapEmpty();
    }

    private static PemKeyCertOptions pem(TlsMaterial material) {
        return new PemKeyCertOptions()
                .setKeyValue(Buffer.buffer(material.key()))
                .setCertValue(Buffer.buffer(material.chain()));
    }

    private static HttpServerOptions options(ListenerSettings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(8 * 1024)
                .setMaxHeaderSize(16 * 1024)
                .setHandle100ContinueAutomatically(false)
                // No door speaks WebSocket.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(100)
                        .setMaxHeaderListSize(16 * 1024)
                        .setHeaderTableSize(4 * 1024)
                        .setPushEnabled(false))
                // Rapid reset and CONTINUATION floods (CVE-2023-44487, CVE-2024-27316): the connection is closed.
                .setHttp2RstFloodMaxRstFramePerWindow(200)
                .setHttp2RstFloodWindowDuration(30)
                .setHttp2MaxSmallContinuationFrames(16);
        options.setIdleTimeout((int) settings.idle().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true)
                .setAcceptBacklog(1_024);
        return options;
    }

    private static HttpServer server(
            Vertx vertx, ListenerSettings settings, HttpServerOptions options, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(options)
                .requestHandler(handler)
                .invalidRequestHandler(Problems::refuseUndecodable)
                .connectionHandler(connection -> admit(connection, settings, options));
    }

    /** Finds the connection a place, and puts the strict decoder where Vert.x put its own; HTTP/2 has none. */
    private static void admit(HttpConnection connection, ListenerSettings settings, HttpServerOptions options) {
        String source = connection.remoteAddress() == null
                ? "unknown"
                : String.valueOf(connection.remoteAddress().hostAddress());
        if (!settings.connections().take(source)) {
            connection.close();
            return;
        }
        connection.closeHandler(closed -> settings.connections().giveBack(source));
        var pipeline = ((ConnectionBase) connection).channel().pipeline();
        if (pipeline.get("httpDecoder") != null) {
            pipeline.replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options, settings.header()));
        }
    }
}
