package dev.perennial.server.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of the Kubernetes door that watch, each over a connection of its own, as informers do. One event loop and no
 * HTTP client, because it shares the cores with what is measured.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connect or write that fails closes its channel, which is told
final class Watchers implements AutoCloseable {
    /** The server takes 4,096 from one address. */
    private static final int FROM_ONE_ADDRESS = 1_000;

    /** So many open at once: less than the server's backlog, and all of them within its deadlines. */
    private static final int OPENING = 64;

    private static final int DEADLINE_SECONDS = 60;

    private final SslContext tls;
    private final int port;
    private final byte[] request;
    private final int count;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Semaphore opening = new Semaphore(OPENING);
    private final CountDownLatch opened;

    /** By the version of the change. */
    private final Map<Long, Reach> reached = new ConcurrentHashMap<>();

    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private volatile String trouble = "";
    private volatile boolean closing;

    /** @param request the whole HTTP request that begins a watch */
    Watchers(SslContext tls, int port, byte[] request, int count) {
        this.tls = tls;
        this.port = port;
        this.request = request;
        this.count = count;
        this.opened = new CountDownLatch(count);
    }

    /** How far one change has come. */
    private final class Reach {
        private final CountDownLatch missing = new CountDownLatch(count);

        /** When its newest line came: of the last watch, once none is missing. */
        private volatile long last;

        void come() {
            last = System.nanoTime();
            missing.countDown();
        }
    }

    /** Until the server has answered each of them with the head of a watch. */
    void open() throws InterruptedException {
        for (int i = 0; i < count; i++) {
            if (!opening.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("watches do not open any more, after " + i + ": " + trouble);
            }
            int number = i;
            new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    // A port of its own in the session's name: nobody goes on with another's session.
                                    .addLast(tls.newHandler(channel.alloc(), "localhost", 1 + number))
                                    .addLast(new HttpResponseDecoder(), new Watcher());
                        }
                    })
                    .connect(loopback(1, port), loopback(2 + number / FROM_ONE_ADDRESS, 0));
        }
        if (!opened.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(opened.getCount() + " watches did not open: " + trouble);
        }
    }

    private static InetSocketAddress loopback(int last, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }

    /** When the last watch had its line of that change, by {@link System#nanoTime}. */
    long told(long version) throws InterruptedException {
        Reach reach = reach(version);
        if (!reach.missing.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(reach.missing.getCount() + " watches were not told of " + version + "; "
                    + cut + " cut: " + trouble);
        }
        return reach.last;
    }

    /** That each is open still, and was told of just so many changes, once and in their order. */
    void check(int changes) {
        boolean all = reached.values().stream().allMatch(reach -> reach.missing.getCount() == 0);
        if (cut.get() > 0 || repeated.get() > 0 || reached.size() != changes || !all) {
            throw new IllegalStateException(cut + " cut (" + trouble + "), " + repeated
                    + " lines twice or in disorder, " + reached.size() + " changes told of " + changes);
        }
    }

    private Reach reach(long version) {
        return reached.computeIfAbsent(version, key -> new Reach());
    }

    @Override
    public void close() {
        closing = true;
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One connection and its watch; all on the one event loop. */
    private final class Watcher extends SimpleChannelInboundHandler<HttpObject> {
        private static final String VERSION = "\"resourceVersion\":\"";

        private final ByteBuf line = Unpooled.buffer(4_096);
        private long seen;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                context.writeAndFlush(Unpooled.wrappedBuffer(request));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse head) {
                if (head.status().code() == 200) {
                    opened.countDown();
                    opening.release();
                } else {
                    trouble = head.toString();
                }
            }
            if (message instanceof HttpContent content) {
                read(content.content());
            }
            if (message instanceof LastHttpContent) {
                context.close();
            }
        }

        private void read(ByteBuf part) {
            int end = part.indexOf(part.readerIndex(), part.writerIndex(), (byte) '\n');
            while (end >= 0) {
                line.writeBytes(part, end - part.readerIndex());
                part.skipBytes(1);
                told(line.toString(StandardCharsets.UTF_8));
                line.clear();
                end = part.indexOf(part.readerIndex(), part.writerIndex(), (byte) '\n');
            }
            line.writeBytes(part);
        }

        private void told(String text) {
            int from = text.indexOf(VERSION) + VERSION.length();
            long version = Long.parseLong(text.substring(from, text.indexOf('"', from)));
            if (version <= seen) {
                repeated.incrementAndGet();
            }
            seen = version;
            reach(version).come();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            trouble = cause.toString();
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closing) {
                cut.incrementAndGet();
            }
        }
    }
}
