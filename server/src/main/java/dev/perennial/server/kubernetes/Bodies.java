package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Guard;
import dev.perennial.server.http.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** What clients send: JSON, or Protocol Buffers, in which kubectl since 1.32 says yes and no and asks what it may. */
final class Bodies {
    static final String TAKEN = "application/json, or " + ProtobufBody.MEDIA_TYPE;

    private Bodies() {}

    static boolean isTaken(String contentType) {
        return isProtobuf(contentType) || Guard.isJson(contentType);
    }

    private static boolean isProtobuf(String contentType) {
        return contentType.equalsIgnoreCase(ProtobufBody.MEDIA_TYPE);
    }

    /** The same object, however it was written. */
    static ObjectNode read(RoutingContext context) {
        Buffer body = context.body().buffer();
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return body != null && type != null && isProtobuf(type)
                ? ProtobufBody.read(body.getBytes())
                : Json.read(body, ObjectNode.class);
    }
}
