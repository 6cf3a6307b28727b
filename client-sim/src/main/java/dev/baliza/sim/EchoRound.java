package dev.baliza.sim;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TypedValue;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What {@code baliza ping} sends and how it judges what comes back. Spec: SPEC §6.6, §6.8. */
sealed interface EchoRound {
    /** The question with this number. */
    Message ask(long number);

    /** The number of the question that this answers, or null. */
    @Nullable
    Long answered(Message answer);

    /** What differs, or null. */
    @Nullable
    String difference(Message answer);

    /** Payload bytes that come back. */
    int bytes();

    /** Bytes, compared one by one. */
    record Bytes(ByteBuffer echo) implements EchoRound {
        @Override
        public Message ask(long number) {
            return new Message.Ping(number, echo);
        }

        @Override
        public @Nullable Long answered(Message answer) {
            return answer instanceof Message.Pong pong ? pong.t1() : null;
        }

        @Override
        public @Nullable String difference(Message answer) {
            ByteBuffer back = ((Message.Pong) answer).echo();
            int at = echo.mismatch(back);
            return at < 0 ? null : "byte " + at + " of " + echo.remaining() + " differs";
        }

        @Override
        public int bytes() {
            return echo.remaining();
        }
    }

    /** Values of every type, compared as values. */
    record Values(List<TypedValue> values) implements EchoRound {
        /** The ends of each type's range and some between. */
        static Values ofEveryType(Random random) {
            List<TypedValue> all = new ArrayList<>();
            for (SensorType type : SensorType.values()) {
                samples(type, random).forEach(value -> all.add(new TypedValue(type, value)));
            }
            return new Values(all);
        }

        private static List<Value> samples(SensorType type, Random random) {
            return switch (type) {
                case BOOLEAN -> whole(0, 1);
                case I8 -> whole(Byte.MIN_VALUE, -1, 0, Byte.MAX_VALUE);
                case I16 -> whole(Short.MIN_VALUE, -1, 0, Short.MAX_VALUE);
                case I32 -> whole(Integer.MIN_VALUE, random.nextInt(), Integer.MAX_VALUE);
                case I64, U64 -> whole(Long.MIN_VALUE, -1, 0, random.nextLong(), Long.MAX_VALUE);
                case U8 -> whole(0, 128, 255);
                case U16, ENUMERATION -> whole(0, 32_768, 65_535);
                case U32 -> whole(0, 1L << 31, (1L << 32) - 1);
                case F32 -> real(0, -0.0, 1.5, Float.MIN_VALUE, Float.MAX_VALUE, random.nextFloat());
                case F64 -> real(-0.0, Double.MIN_VALUE, Math.PI, Double.NEGATIVE_INFINITY, Double.NaN);
                case TEXT -> List.of(Value.Octets.of(""), Value.Octets.of("hola, señal \u2713 \uD83D\uDE00"));
                case BYTES -> List.of(new Value.Octets(ByteBuffer.wrap(new byte[] {0, -1, 10, 13, 127})));
                case VECTOR2 -> List.of(new Value.Components(1, -2, 0, 0));
                case VECTOR3 -> List.of(new Value.Components(1, -2, 0.5, 0));
                case VECTOR4 -> List.of(new Value.Components(1, -2, 0.5, Float.MAX_VALUE));
                case POSITION -> List.of(new Value.Components(-34.603722, -58.381592, 25.5, 0));
            };
        }

        private static List<Value> whole(long... raw) {
            List<Value> list = new ArrayList<>();
            for (long one : raw) {
                list.add(new Value.Whole(one));
            }
            return list;
        }

        private static List<Value> real(double... raw) {
            List<Value> list = new ArrayList<>();
            for (double one : raw) {
                list.add(new Value.Real(one));
            }
            return list;
        }

        @Override
        public Message ask(long number) {
            return new Message.Values(number, values);
        }

        @Override
        public @Nullable Long answered(Message answer) {
            return answer instanceof Message.ValuesBack back ? back.request() : null;
        }

        @Override
        public @Nullable String difference(Message answer) {
            List<TypedValue> back = ((Message.ValuesBack) answer).values();
            if (back.size() != values.size()) {
                return values.size() + " values went, " + back.size() + " came";
            }
            for (int i = 0; i < values.size(); i++) {
                if (!values.get(i).equals(back.get(i))) {
                    return "value " + i + ": " + values.get(i) + " went, " + back.get(i) + " came";
                }
            }
            return null;
        }

        @Override
        public int bytes() {
            ByteBuffer frame = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
            FrameCodec.write(frame, new FrameHeader(0, 0, 0, 0, 0, 0), Extensions.NONE, ask(0));
            return frame.position() - Limits.MIN_FRAME_BYTES;
        }
    }
}
