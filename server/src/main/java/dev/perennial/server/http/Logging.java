package dev.perennial.server.http;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * Logs to stderr, one line an event, and never makes the event loop wait: when the queue is full, lines are lost.
 * Stdout belongs to the {@code ready} line. Logback finds this class by itself, so that not even the first line of a
 * process goes elsewhere.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final int QUEUE = 8_192;

    /** How a line looks. */
    public enum Format {
        PLAIN,
        JSON
    }

    /** Sets the format from here on. */
    public static void configure(Format format) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        attach(context, format);
    }

    /** Writes out what is queued; nothing is logged afterwards. For the last moment of a process. */
    public static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        attach(context, Format.PLAIN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void attach(LoggerContext context, Format format) {
        Encoder<ILoggingEvent> encoder =
                switch (format) {
                    case PLAIN -> plain(context);
                    case JSON -> json(context);
                };
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(QUEUE);
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.addAppender(stderr);
        queue.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(queue);
        context.getLogger("io.netty").setLevel(Level.WARN);
        // Says of every connection that comes while the server closes that it came.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
        // Warns that each event loop registers the gauges of HTTP again, which share one value.
        context.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
    }

    private static Encoder<ILoggingEvent> plain(LoggerContext context) {
        PlainLine layout = new PlainLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        return encoder;
    }

    static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }
}
