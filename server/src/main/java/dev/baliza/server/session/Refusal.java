package dev.baliza.server.session;

/** A sequenced frame cannot be judged now. Stackless, like every verdict on a peer. */
final class Refusal extends Exception {
    private final RefusalReason reason;
    private final long argument;

    /** @param argument of the NACK, u32 */
    Refusal(RefusalReason reason, long argument, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.argument = argument;
    }

    RefusalReason reason() {
        return reason;
    }

    long argument() {
        return argument;
    }
}
