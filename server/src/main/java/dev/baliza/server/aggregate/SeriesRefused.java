package dev.baliza.server.aggregate;

import dev.baliza.server.books.SeriesRefusal;

/** A channel that cannot be exported. Without a stack: it is an answer, not an accident. */
final class SeriesRefused extends Exception {
    private final SeriesRefusal reason;

    SeriesRefused(SeriesRefusal reason) {
        super(reason.label(), null, false, false);
        this.reason = reason;
    }

    SeriesRefusal reason() {
        return reason;
    }
}
