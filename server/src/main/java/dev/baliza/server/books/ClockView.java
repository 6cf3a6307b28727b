package dev.baliza.server.books;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a device's clock.
 *
 * @param offsetSeconds how far it is ahead of the server's
 * @param roundTripSeconds of the answer that told so
 * @param driftPpm microseconds that it gains in a second; null while it was not asked long enough
 */
public record ClockView(
        double offsetSeconds,
        double roundTripSeconds,
        @Nullable Double driftPpm) {}
