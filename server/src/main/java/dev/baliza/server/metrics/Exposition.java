package dev.baliza.server.metrics;

import java.nio.ByteBuffer;

/**
 * One rendering of all metrics. Shared by all scrapes that asked for it while it was made.
 *
 * @param contentType value for the header of the same name
 * @param gzip whether the body is compressed
 * @param body read-only; every call gives a view with its own position
 */
public record Exposition(String contentType, boolean gzip, ByteBuffer body) {
    public Exposition {
        body = body.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }
}
