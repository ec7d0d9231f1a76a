package dev.perennial.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x' decoder of HTTP/1.1 heads, less forgiving: what another reader could take for another message is refused
 * (RFC 9112 §11.2), and a head has its time to arrive. Runs on its channel's event loop only.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private final Duration headDeadline;
    private @Nullable ScheduledFuture<?> running;
    private boolean inHead = true;
    private boolean begun;

    StrictRequestDecoder(HttpServerOptions options, Duration headDeadline) {
        super(options);
        this.headDeadline = headDeadline;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (inHead && in.isReadable()) {
            startClock(context);
            spoilFoldedLine(in);
        }
        int before = out.size();
        int position = in.readerIndex();
        super.decode(context, in, out);
        begun |= inHead && in.readerIndex() > position;
        for (int i = before; i < out.size(); i++) {
            Object message = out.get(i);
            if (message instanceof HttpRequest) {
                inHead = false;
                begun = false;
                stopClock();
            }
            if (message instanceof LastHttpContent) {
                inHead = true;
            }
        }
    }

    /** A message with two lengths is never repaired (RFC 9112 §6.3 item 3). */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }

    /**
     * Makes a folded header line (RFC 9112 §5.2) an invalid one: the space it begins with becomes NUL, which no header
     * name may hold, and the decoder says 400. Left alone it would be unfolded. The reader index is at a line's start
     * whenever this is called.
     */
    private void spoilFoldedLine(ByteBuf in) {
        boolean lineStart = begun;
        for (int i = in.readerIndex(); i < in.writerIndex(); i++) {
            byte b = in.getByte(i);
            if (lineStart && (b == '\r' || b == '\n')) {
                return;
            }
            if (lineStart && (b == ' ' || b == '\t')) {
                in.setByte(i, 0);
            }
            lineStart = b == '\n';
        }
    }

    private void startClock(ChannelHandlerContext context) {
        if (running == null) {
            running =
                    context.executor().schedule(() -> tooSlow(context), headDeadline.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void stopClock() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of a connection that is cut
    private void tooSlow(ChannelHandlerContext context) {
        running = null;
        if (context.channel().config().isAutoRead()) {
            context.close();
        } else {
            // The rest waits in the socket because an earlier answer is still being made: not the client's fault.
            startClock(context);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        stopClock();
        super.handlerRemoved0(context);
    }
}
