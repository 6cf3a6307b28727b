package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TypedValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The list in VALUES and VALUES_BACK. Spec: SPEC §6.8. */
final class ValuesCodec {
    /** A type and the shortest value. */
    private static final int MIN_VALUE_BYTES = 2;

    private ValuesCodec() {}

    static List<TypedValue> read(PayloadReader in) throws ProtocolException {
        int count = in.u16();
        in.need((long) count * MIN_VALUE_BYTES);
        List<TypedValue> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int code = in.u8();
            SensorType type = SensorType.of(code);
            if (type == null) {
                throw new ProtocolException(ErrorCode.BAD_VALUE, i, "value " + i + " has the unknown type " + code);
            }
            values.add(new TypedValue(type, ReadingsCodec.readValue(in, type)));
        }
        return values;
    }

    static void write(ByteBuffer out, long request, List<TypedValue> values) {
        out.putLong(request).putShort((short) values.size());
        for (TypedValue value : values) {
            out.put((byte) value.type().code());
            ReadingsCodec.writeValue(out, value.type(), value.value());
        }
    }
}
