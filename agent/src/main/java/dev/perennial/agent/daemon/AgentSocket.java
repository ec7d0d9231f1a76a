package dev.perennial.agent.daemon;

import dev.perennial.agent.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Commands to the running daemon: one JSON line there, one back, over a UNIX socket that only its owner may open. Who
 * may open it may read the keys anyway.
 */
public final class AgentSocket implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final int LINE_LIMIT = 1 << 20;
    private static final long REPLY_SECONDS = 300;
    /** Longer than the daemon gives itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(REPLY_SECONDS + 30);

    private static final long ACCEPT_PAUSE_MILLIS = 1000;

    private final @Nullable ServerSocketChannel channel;
    private final Path path;
    private final AgentLoop loop;

    private AgentSocket(@Nullable ServerSocketChannel channel, Path path, AgentLoop loop) {
        this.channel = channel;
        this.path = path;
        this.loop = loop;
    }

    /** @param verb {@code status}, {@code renew} or {@code rotate} */
    private record Question(@Nullable String verb, @Nullable String name) {}

    /** Listens; where that is impossible (a path that is too long), the daemon works without. */
    static AgentSocket open(Path path, AgentLoop loop) {
        ServerSocketChannel channel = null;
        try {
            Files.deleteIfExists(path);
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no socket: {0}", e.getMessage());
        }
        AgentSocket socket = new AgentSocket(channel, path, loop);
        if (socket.isOpen()) {
            start("socket", socket::accept);
        }
        return socket;
    }

    boolean isOpen() {
        return channel != null && channel.isOpen();
    }

    /** Asks the daemon of that socket; empty where none answers. */
    public static Optional<Reply> ask(Path path, String verb, @Nullable String name) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try (SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                peer.connect(UnixDomainSocketAddress.of(path));
            } catch (IOException e) {
                // Left over by a process that was killed.
                return Optional.empty();
            }
            write(peer, Json.write(new Question(verb, name)));
            return Optional.of(Json.read(readLine(peer), Reply.class));
        }
    }

    private void accept() {
        ServerSocketChannel listening = channel;
        while (listening != null && listening.isOpen()) {
            try {
                SocketChannel peer = listening.accept();
                start("socket-peer", () -> serve(peer));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "socket: {0}", e.getMessage());
                pause();
            }
        }
    }

    /** What is wrong (no descriptor left) is so for a while. */
    private static void pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel peer) {
        try (peer) {
            Question question = Json.read(readLine(peer), Question.class);
            write(peer, Json.write(answer(question)));
        } catch (IOException e) {
            LOG.log(Level.FINE, "socket: {0}", e.getMessage());
        }
    }

    private Reply answer(Question question) {
        String name = question.name();
        String verb = String.valueOf(question.verb());
        if (verb.equals("status")) {
            return loop.status().ofDaemon().reply();
        }
        if (name == null || !(verb.equals("renew") || verb.equals("rotate"))) {
            return Reply.line(Reply.CONFIGURATION, "the daemon knows status, renew NAME and rotate NAME");
        }
        try {
            return loop.ask(verb, name).get(REPLY_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Reply.line(Reply.FAILED, "the daemon is busy; 'perennial status' shows how it goes on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.line(Reply.FAILED, "the daemon is stopping");
        }
    }

    private static void write(SocketChannel peer, byte[] json) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n');
        line.flip();
        while (line.hasRemaining()) {
            peer.write(line);
        }
    }

    /** Blocking reads of a channel have no deadline, a selector has. */
    private static byte[] readLine(SocketChannel peer) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        peer.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            peer.register(selector, SelectionKey.OP_READ);
            while (line.size() < LINE_LIMIT && selector.select(PATIENCE.toMillis()) > 0) {
                selector.selectedKeys().clear();
                if (peer.read(buffer.clear()) < 0) {
                    break;
                }
                line.write(buffer.array(), 0, buffer.position());
                if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
                    return line.toByteArray();
                }
            }
        } finally {
            peer.configureBlocking(true);
        }
        throw new IOException("the peer said no whole line");
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.log(Level.FINE, "socket: {0}", e.getMessage());
            }
        }
    }
}
