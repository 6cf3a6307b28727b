package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** Why a frame or message was refused, with its number on the wire. Spec: SPEC §11. */
public enum ErrorCode {
    /** Does not start with 0xBA17. */
    BAD_MAGIC(1, Scope.DATAGRAM, false),
    /** Length below 36 or beyond the datagram. */
    BAD_LENGTH(2, Scope.DATAGRAM, false),
    /** Over the receiver's limit. */
    TOO_LARGE(3, Scope.DATAGRAM, false),
    /** CRC-32C does not match. */
    BAD_CHECKSUM(4, Scope.DATAGRAM, false),
    /** Not version 1. */
    UNKNOWN_VERSION(5, Scope.MESSAGE, false),
    /** A reserved bit or byte is set. */
    RESERVED_BITS(6, Scope.MESSAGE, false),
    /** Sequenced type not known. */
    UNKNOWN_TYPE(7, Scope.MESSAGE, false),
    /** Extension block malformed. */
    BAD_EXTENSION(8, Scope.MESSAGE, false),
    /** Unknown critical extension. */
    CRITICAL_EXTENSION(9, Scope.MESSAGE, false),
    /** Payload shorter than it says. */
    TRUNCATED(10, Scope.MESSAGE, false),
    /** Payload longer than it says. */
    TRAILING_BYTES(11, Scope.MESSAGE, false),
    /** A field outside its range. */
    BAD_VALUE(12, Scope.MESSAGE, false),
    /** A name breaks its rule. */
    BAD_NAME(13, Scope.MESSAGE, false),
    /** A channel set breaks §7.2. */
    BAD_DESCRIPTION(14, Scope.MESSAGE, false),
    /** READINGS encoding not known. */
    UNKNOWN_ENCODING(15, Scope.MESSAGE, false),
    /** A message only the other side sends. */
    UNEXPECTED(16, Scope.MESSAGE, false),
    /** The device has a key. */
    UNSEALED(17, Scope.DEVICE, false),
    /** The key's role does not send this. */
    WRONG_ROLE(24, Scope.DEVICE, false),
    /** The epoch is closed; go on with argument + 1. */
    STALE_EPOCH(32, Scope.DEVICE, false),
    /** To be confirmed (§5.3). */
    SEQUENCE_JUMP(33, Scope.MESSAGE, true),
    /** Other content under this identity. */
    CONFLICT(34, Scope.MESSAGE, false),
    /** DESCRIBE first. */
    UNKNOWN_SCHEMA(35, Scope.MESSAGE, true),
    /** Ask for argument or less. */
    LEVEL_UNAVAILABLE(36, Scope.MESSAGE, true),
    /** Too fast; retryAfter. */
    THROTTLED(37, Scope.DEVICE, true),
    /** Later; retryAfter. */
    STORE_STALLED(38, Scope.MESSAGE, true),
    /** The server's limit of devices or series is reached. */
    NO_ROOM(39, Scope.DEVICE, true),
    /** First frame of the epoch says nothing about its floor. */
    UNKNOWN_FLOOR(40, Scope.MESSAGE, true),
    /** A notice: readings were stamped on arrival, the frame stands. */
    CLOCK_UNSET(41, Scope.DEVICE, false),
    /** Come back later. */
    SHUTTING_DOWN(42, Scope.DEVICE, true);

    /** How far an error reaches. */
    public enum Scope {
        /** The rest of the datagram, or the TCP connection. */
        DATAGRAM,
        /** One message; what follows stands. */
        MESSAGE,
        /** One device, not the others behind the same gateway. */
        DEVICE
    }

    private static final @Nullable ErrorCode[] BY_NUMBER = new @Nullable ErrorCode[64];

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER[code.number] = code;
        }
    }

    private final int number;
    private final Scope scope;
    private final boolean retriable;

    ErrorCode(int number, Scope scope, boolean retriable) {
        this.number = number;
        this.scope = scope;
        this.retriable = retriable;
    }

    /** The u16 on the wire. */
    public int number() {
        return number;
    }

    public Scope scope() {
        return scope;
    }

    /** Whether the sender may send the same frame again. */
    public boolean retriable() {
        return retriable;
    }

    /** The code with this number, or null for one that this version does not know (SPEC §11.1). */
    public static @Nullable ErrorCode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
