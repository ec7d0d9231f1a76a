package dev.perennial.server.http;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where and within what limits the server listens. One object is shared by every verticle instance that listens
 * together.
 *
 * @param port of HTTPS; 0 is drawn here once, so that all instances share the one free port that is found
 * @param httpPort of plain HTTP for publication; empty for none
 * @param managementPort on 127.0.0.1
 * @param header from the first byte of a request's head to its last
 * @param idle without a byte in either direction; longer than the longest wait, which is such a silence
 * @param connections the places of all listeners together
 */
public record ListenerSettings(
        int port,
        OptionalInt httpPort,
        int managementPort,
        Duration header,
        Duration idle,
        ConnectionPlaces connections) {
    /** Vert.x shares a random port among the servers that name the same negative number. */
    private static final AtomicInteger FREE = new AtomicInteger();

    public ListenerSettings {
        port = drawn(port);
        httpPort = httpPort.isPresent() ? OptionalInt.of(drawn(httpPort.getAsInt())) : httpPort;
        managementPort = drawn(managementPort);
    }

    /** The limits of reliability rule T29: head in 10 s, silence 75 s, 16,384 connections, 4,096 from one address. */
    public static ListenerSettings of(int port, OptionalInt httpPort, int managementPort) {
        return new ListenerSettings(
                port,
                httpPort,
                managementPort,
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                new ConnectionPlaces(16_384, 4_096));
    }

    private static int drawn(int port) {
        return port == 0 ? FREE.decrementAndGet() : port;
    }
}
