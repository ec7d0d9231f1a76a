package dev.perennial.server.http;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import org.slf4j.event.KeyValuePair;

/** One event as one line for people: time, level, where, what, pairs; a stack trace stays on the line, escaped. */
final class PlainLine extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(event.getInstant())
                .append(' ')
                .append(event.getLevel())
                .append(' ')
                .append(Escaped.of(event.getLoggerName()))
                .append(": ")
                .append(Escaped.of(String.valueOf(event.getFormattedMessage())));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(Escaped.of(String.valueOf(pair.value)));
            }
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(" | ")
                    .append(Escaped.all(ThrowableProxyUtil.asString(thrown).strip()));
        }
        return line.append('\n').toString();
    }
}
