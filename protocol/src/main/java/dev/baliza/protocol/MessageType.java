package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** The types of message that this version knows. Spec: SPEC §3.3. */
public enum MessageType {
    HELLO(0x01),
    WELCOME(0x02),
    HEARTBEAT(0x03),
    ACK(0x04),
    NACK(0x05),
    PING(0x06),
    PONG(0x07),
    GOODBYE(0x08),
    VALUES(0x09),
    VALUES_BACK(0x0A),
    FILE_OFFER(0x10),
    FILE_ACCEPT(0x11),
    FILE_CHUNK(0x12),
    FILE_DONE(0x13),
    CALC(0x30),
    CALC_ANSWER(0x31),
    ADMIN(0x38),
    ADMIN_RESULT(0x39),
    DESCRIBE(0x81),
    READINGS(0x82),
    EVENT(0x83),
    TEXT(0x84),
    RESULT(0x85),
    COMMAND(0x90);

    /** Bit 7 of the type byte. */
    public static final int SEQUENCED = 0x80;

    private static final @Nullable MessageType[] BY_CODE = new @Nullable MessageType[256];

    static {
        for (MessageType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    MessageType(int code) {
        this.code = code;
    }

    /** The u8 on the wire. */
    public int code() {
        return code;
    }

    public boolean sequenced() {
        return isSequenced(code);
    }

    /** Whether it is one to which nobody answers (SPEC §2.7). */
    public boolean isAnswer() {
        return switch (this) {
            case ACK, NACK, PONG, WELCOME, CALC_ANSWER -> true;
            default -> false;
        };
    }

    /** Whether a type, known or not, owns a sequence number. */
    public static boolean isSequenced(int code) {
        return (code & SEQUENCED) != 0;
    }

    /** The type with this code (0–255), or null. */
    public static @Nullable MessageType of(int code) {
        return BY_CODE[code];
    }
}
