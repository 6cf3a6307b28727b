package dev.baliza.protocol;

import org.jspecify.annotations.Nullable;

/** The type of a value on the wire. Spec: SPEC §7.1. */
public enum SensorType {
    BOOLEAN(1, 1, Form.INTEGER),
    I8(2, 1, Form.INTEGER),
    I16(3, 2, Form.INTEGER),
    I32(4, 4, Form.INTEGER),
    I64(5, 8, Form.INTEGER),
    U8(6, 1, Form.INTEGER),
    U16(7, 2, Form.INTEGER),
    U32(8, 4, Form.INTEGER),
    U64(9, 8, Form.INTEGER),
    F32(10, 4, Form.REAL),
    F64(11, 8, Form.REAL),
    TEXT(12, -1, Form.OCTETS),
    BYTES(13, -1, Form.OCTETS),
    ENUMERATION(14, 2, Form.INTEGER),
    VECTOR2(15, 8, Form.COMPONENTS),
    VECTOR3(16, 12, Form.COMPONENTS),
    VECTOR4(17, 16, Form.COMPONENTS),
    POSITION(18, 20, Form.COMPONENTS);

    /** What a value of the type is made of. */
    public enum Form {
        /** One integer, read into a long (u64 keeps its bits). */
        INTEGER,
        /** One float. */
        REAL,
        /** Two to four floats. */
        COMPONENTS,
        /** A counted run of bytes. */
        OCTETS
    }

    private static final @Nullable SensorType[] BY_CODE = new @Nullable SensorType[19];

    static {
        for (SensorType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int bytes;
    private final Form form;

    SensorType(int code, int bytes, Form form) {
        this.code = code;
        this.bytes = bytes;
        this.form = form;
    }

    /** The u8 on the wire. */
    public int code() {
        return code;
    }

    public Form form() {
        return form;
    }

    public boolean fixedSize() {
        return bytes > 0;
    }

    /** Bytes of a value; only for types of fixed size. */
    public int bytes() {
        if (bytes < 0) {
            throw new IllegalStateException(this + " has no fixed size");
        }
        return bytes;
    }

    /** Number of floats in a value of form COMPONENTS, else 1. */
    public int components() {
        return switch (this) {
            case VECTOR2 -> 2;
            case VECTOR3, POSITION -> 3;
            case VECTOR4 -> 4;
            default -> 1;
        };
    }

    /** Whether a scale (a power of ten) may apply: the integers, without BOOLEAN and ENUMERATION. */
    public boolean scalable() {
        return form == Form.INTEGER && this != BOOLEAN && this != ENUMERATION;
    }

    /** The type with this code, or null. */
    public static @Nullable SensorType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
