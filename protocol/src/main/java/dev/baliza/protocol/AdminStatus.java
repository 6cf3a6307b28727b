package dev.baliza.protocol;

/** What became of an operator's request. Spec: SPEC §16.3. */
public enum AdminStatus {
    /** Done. */
    OK,
    /** Tried, or about to be; it did not succeed. */
    FAILED,
    /** Not tried: the role, the arguments or the server's settings forbid it. */
    REFUSED,
    /** No operation of that name. */
    UNKNOWN_OPERATION,
    /** Not tried: too much is under way; the same request may come again. */
    BUSY;

    private static final AdminStatus[] BY_CODE = values();

    /** The u8 on the wire. */
    public int code() {
        return ordinal();
    }

    /** The status with this code; one of a later version is a failure (SPEC §16.3.5). */
    public static AdminStatus of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : FAILED;
    }
}
