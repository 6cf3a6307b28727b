package dev.baliza.sim.capture;

/** A capture cannot be read; the message says what to do. */
public final class CaptureException extends Exception {
    CaptureException(String message) {
        super(message);
    }
}
