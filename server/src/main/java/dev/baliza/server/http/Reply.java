package dev.baliza.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer before it is put on the wire.
 *
 * @param headers beyond those that every answer has
 * @param body ownership goes to whoever receives the reply
 */
record Reply(HttpResponseStatus status, String contentType, Map<String, String> headers, ByteBuf body) {
    static final String JSON = "application/json; charset=utf-8";
    static final String TEXT = "text/plain; charset=utf-8";

    static Reply text(HttpResponseStatus status, String text) {
        return new Reply(status, TEXT, Map.of(), Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    static Reply ok(String contentType, byte[] body) {
        return new Reply(HttpResponseStatus.OK, contentType, Map.of(), Unpooled.wrappedBuffer(body));
    }

    static Reply json(HttpResponseStatus status, ByteBuf body) {
        return new Reply(status, JSON, Map.of(), body);
    }

    /** {@code {"error": …}} */
    static Reply error(HttpResponseStatus status, String error) {
        return json(status, Json.encode(g -> g.writeStringField("error", error)));
    }

    Reply with(String header, String value) {
        return new Reply(status, contentType, Map.of(header, value), body);
    }
}
