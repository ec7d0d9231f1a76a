package dev.perennial.server.bench;

import dev.perennial.server.bench.Report.Samples;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop over keep-alive connections: each sends the next message when its answer is there, whole requests made
 * beforehand. One event loop and no HTTP client, because it shares the cores with what is measured. It ends when the time
 * is over or the messages are.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, which is told
final class Load {
    private static final int MOST_SAMPLES = 4_000_000;

    private final SslContext tls;
    private final int port;
    private final int expected;
    private final Supplier<byte @Nullable []> messages;
    private final long[] ends = new long[MOST_SAMPLES];
    private final long[] durations = new long[MOST_SAMPLES];
    private final CountDownLatch over;
    private int count;
    private int surprises;
    private volatile String surprise = "";
    private volatile boolean stopping;

    /** @param messages whole HTTP requests; null when there are no more */
    Load(SslContext tls, int port, int connections, int expected, Supplier<byte @Nullable []> messages) {
        this.tls = tls;
        this.port = port;
        this.expected = expected;
        this.messages = messages;
        this.over = new CountDownLatch(connections);
    }

    /** How many were answered. */
    int sent() {
        return count;
    }

    /** Runs for so long; the {@code tick} comes at each boundary of the phases, whose lengths are in seconds. */
    List<Samples> run(Runnable tick, int... phases) throws InterruptedException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(tls.newHandler(channel.alloc(), "localhost", port), new Connection());
                        }
                    });
            long[] bounds = new long[phases.length + 1];
            bounds[0] = System.nanoTime();
            for (long i = over.getCount(); i > 0; i--) {
                bootstrap.connect("127.0.0.1", port);
            }
            tick.run();
            for (int i = 0; i < phases.length; i++) {
                boolean last = i == phases.length - 1;
                if (over.await(phases[i], TimeUnit.SECONDS) && !last) {
                    throw new IllegalStateException("the messages were used up before the end: " + surprise);
                }
                bounds[i + 1] = System.nanoTime();
                tick.run();
            }
            stopping = true;
            if (!over.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("answers are still missing");
            }
            if (surprises > 0) {
                throw new IllegalStateException(surprises + " answers were not " + expected + ", such as " + surprise);
            }
            return slices(bounds);
        } finally {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private List<Samples> slices(long[] bounds) {
        return java.util.stream.IntStream.range(0, bounds.length - 1)
                .mapToObj(i -> slice(bounds[i], bounds[i + 1]))
                .toList();
    }

    private Samples slice(long from, long to) {
        int first = place(from);
        int last = place(to);
        long end = last == count && count > 0 ? Math.min(to, ends[count - 1]) : to;
        return Samples.of(end - from, Arrays.copyOfRange(durations, first, last));
    }

    private int place(long time) {
        int found = Arrays.binarySearch(ends, 0, count, time);
        return found < 0 ? -found - 1 : found;
    }

    /** One connection, one message under way. Answers have a Content-Length, or no body. */
    private final class Connection extends ByteToMessageDecoder {
        private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

        private long sent;
        private int head;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof io.netty.handler.ssl.SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    send(context);
                } else {
                    fail(context, handshake.cause().toString());
                }
            }
        }

        private void send(ChannelHandlerContext context) {
            byte[] message = stopping ? null : messages.get();
            if (message == null || count == MOST_SAMPLES) {
                over.countDown();
                context.close();
                return;
            }
            sent = System.nanoTime();
            context.writeAndFlush(Unpooled.wrappedBuffer(message));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (head == 0) {
                head = headLength(in);
                if (head == 0) {
                    return;
                }
            }
            int whole = head + bodyLength(in);
            if (in.readableBytes() < whole) {
                return;
            }
            int status = (in.getByte(in.readerIndex() + 9) - '0') * 100
                    + (in.getByte(in.readerIndex() + 10) - '0') * 10
                    + in.getByte(in.readerIndex() + 11)
                    - '0';
            if (status != expected && surprises++ == 0) {
                surprise = in.toString(in.readerIndex(), whole, StandardCharsets.UTF_8);
            }
            in.skipBytes(whole);
            head = 0;
            long now = System.nanoTime();
            ends[count] = now;
            durations[count++] = now - sent;
            send(context);
        }

        private int headLength(ByteBuf in) {
            for (int i = in.readerIndex() + 3; i < in.writerIndex(); i++) {
                if (in.getByte(i) == '\n' && in.getByte(i - 1) == '\r' && in.getByte(i - 2) == '\n') {
                    return i + 1 - in.readerIndex();
                }
            }
            return 0;
        }

        private int bodyLength(ByteBuf in) {
            int end = in.readerIndex() + head;
            for (int i = in.readerIndex(); i < end - LENGTH.length; i++) {
                int j = 0;
                while (j < LENGTH.length && (in.getByte(i + j) | 0x20) == (LENGTH[j] | 0x20)) {
                    j++;
                }
                if (j == LENGTH.length) {
                    int length = 0;
                    for (int k = i + j; in.getByte(k) != '\r'; k++) {
                        length = length * 10 + in.getByte(k) - '0';
                    }
                    return length;
                }
            }
            return 0;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(context, cause.toString());
        }

        private void fail(ChannelHandlerContext context, String why) {
            surprises++;
            surprise = why;
            over.countDown();
            context.close();
        }
    }
}
