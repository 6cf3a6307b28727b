package dev.baliza.server.session;

/** What became of the wish to forget a device's epochs. */
public enum ResetOutcome {
    /** Its next frame begins a new life; what was counted stays counted. */
    DONE,
    /** No device of this id sent anything. */
    UNKNOWN_DEVICE,
    /** A key that its frames were sealed with is in force: they could be counted once more. */
    KEY_IN_FORCE,
    /** Frames of it wait for the store. */
    PENDING
}
