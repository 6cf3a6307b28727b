package dev.baliza.protocol;

/** A peer broke the protocol. Stackless, because peers do so as often as they like. */
public final class ProtocolException extends Exception {
    private final ErrorCode code;
    private final int index;

    public ProtocolException(ErrorCode code, String detail) {
        this(code, -1, detail);
    }

    /** @param index of the reading or channel at fault, −1 when there is none */
    public ProtocolException(ErrorCode code, int index, String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.index = index;
    }

    public ErrorCode code() {
        return code;
    }

    /** Index of the reading or channel at fault, −1 when there is none. */
    public int index() {
        return index;
    }
}
