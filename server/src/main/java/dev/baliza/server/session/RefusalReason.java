package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;

/** Why a sequenced frame could not be judged now. Spec: SPEC §5.7. */
public enum RefusalReason {
    JUMP("jump", ErrorCode.SEQUENCE_JUMP),
    FLOOR("floor", ErrorCode.UNKNOWN_FLOOR),
    SCHEMA("schema", ErrorCode.UNKNOWN_SCHEMA),
    LEVEL("level", ErrorCode.LEVEL_UNAVAILABLE),
    NO_ROOM("no_room", ErrorCode.NO_ROOM),
    NO_DEVICE("no_device", ErrorCode.BAD_VALUE),
    ROLE("role", ErrorCode.WRONG_ROLE),
    STORE("store", ErrorCode.STORE_STALLED);

    private final String label;
    private final ErrorCode code;

    RefusalReason(String label, ErrorCode code) {
        this.label = label;
        this.code = code;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }

    /** What the device is told. */
    public ErrorCode code() {
        return code;
    }
}
