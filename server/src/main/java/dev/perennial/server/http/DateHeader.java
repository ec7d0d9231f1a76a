package dev.perennial.server.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Dates every answer when its head is written (RFC 9110 §6.6.1): agents judge their own clock by it. Owned by one event
 * loop: the text is made once a second.
 */
public final class DateHeader implements Handler<RoutingContext> {
    private final InstantSource clock;
    private long second = Long.MIN_VALUE;
    private String text = "";

    public DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void handle(RoutingContext context) {
        context.addHeadersEndHandler(writing -> context.response().putHeader(HttpHeaders.DATE, now()));
        context.next();
    }

    private String now() {
        Instant instant = clock.instant();
        if (instant.getEpochSecond() != second) {
            second = instant.getEpochSecond();
            text = DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
        }
        return text;
    }
}
