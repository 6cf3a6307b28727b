package dev.baliza.protocol.dissect;

import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.codec.ReadingColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A value of a reading in words. Spec: SPEC §7.1.
 *
 * @param problem why a server skips it, null when it does not
 */
record ValueText(String text, @Nullable String problem) {
    static ValueText read(Walk in, SensorType type, int scale) throws FaultException {
        return switch (type) {
            case BOOLEAN -> bool(in.u8());
            case U8 -> whole(in.u8(), scale);
            case I8 -> whole((byte) in.u8(), scale);
            case I16 -> whole((short) in.u16(), scale);
            case U16, ENUMERATION -> whole(in.u16(), scale);
            case I32 -> whole(in.i32(), scale);
            case U32 -> whole(in.u32(), scale);
            case I64 -> whole(in.i64(), scale);
            case U64 -> scaled(new BigInteger(Long.toUnsignedString(in.i64())), scale);
            case F32 -> real(Float.toString(in.f32()));
            case F64 -> real(Double.toString(in.f64()));
            case TEXT -> text(in.slice(in.u16()));
            case BYTES -> new ValueText(in.slice(in.u16()).remaining() + " bytes", null);
            case VECTOR2 -> real(in.f32() + ", " + in.f32());
            case VECTOR3 -> real(in.f32() + ", " + in.f32() + ", " + in.f32());
            case VECTOR4 -> real(in.f32() + ", " + in.f32() + ", " + in.f32() + ", " + in.f32());
            case POSITION -> real("latitude " + in.f64() + ", longitude " + in.f64() + ", altitude " + in.f32() + " m");
        };
    }

    /** One value of a column; of a component where its type has some. */
    static ValueText of(ReadingColumn column, int component, int index, int scale) {
        SensorType type = column.type();
        if (type.form() != SensorType.Form.INTEGER) {
            double value = column.reals(component)[index];
            boolean isDouble = type == SensorType.F64 || (type == SensorType.POSITION && component < 2);
            return real(isDouble ? Double.toString(value) : Float.toString((float) value));
        }
        long raw = column.wholes()[index];
        return switch (type) {
            case BOOLEAN -> bool(raw);
            case U64 -> scaled(new BigInteger(Long.toUnsignedString(raw)), scale);
            default -> whole(raw, scale);
        };
    }

    private static ValueText bool(long raw) {
        return raw >>> 1 == 0
                ? new ValueText(raw == 1 ? "true" : "false", null)
                : new ValueText(Long.toString(raw), "a BOOLEAN other than 0 and 1");
    }

    private static ValueText whole(long raw, int scale) {
        return scaled(BigInteger.valueOf(raw), scale);
    }

    private static ValueText scaled(BigInteger raw, int scale) {
        return new ValueText(
                scale == 0
                        ? raw.toString()
                        : new BigDecimal(raw).scaleByPowerOfTen(scale).toPlainString(),
                null);
    }

    private static ValueText real(String text) {
        boolean finite = !text.contains("NaN") && !text.contains("Infinity");
        return new ValueText(text, finite ? null : "NaN or infinite");
    }

    private static ValueText text(ByteBuffer bytes) {
        String quoted = Texts.quote(bytes);
        return new ValueText(quoted, quoted.startsWith("\"") ? null : "not UTF-8");
    }
}
