package dev.baliza.protocol.vectors;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver makes of a frame.
 *
 * @param verdict as in a vector's {@code expect}
 * @param index of the reading or channel at fault, −1 when there is none
 */
public record Decoded(String verdict, int index, @Nullable Message message) {
    public static final String OK = "ok";
    public static final String IGNORED = "ignored";

    /** Sets in force, by their hash. */
    public static final class Sets {
        private final Map<Integer, SensorType[]> byHash = new ConcurrentHashMap<>();

        /** Those of all good vectors of DESCRIBE. */
        public static Sets ofVectors() {
            Sets sets = new Sets();
            for (WireVector vector : WireVector.good()) {
                Frame frame = new Frame().wrap(ByteBuffer.wrap(vector.bytes()), 0, vector.bytes().length);
                if (decode(frame, sets).message() instanceof Message.Describe describe) {
                    sets.byHash.put(
                            DescribeCodec.hash(frame.payload()),
                            describe.set().channels().stream()
                                    .map(ChannelDescription::type)
                                    .toArray(SensorType[]::new));
                }
            }
            return sets;
        }

        /** Types of the channels of a set, or null. */
        SensorType @Nullable [] types(int hash) {
            return byHash.get(hash);
        }
    }

    /** Judges a frame that was delimited. The message shares its bytes. */
    public static Decoded decode(Frame frame, Sets sets) {
        try {
            if (frame.version() != Frame.VERSION) {
                throw new ProtocolException(ErrorCode.UNKNOWN_VERSION, "version " + frame.version());
            }
            if (frame.has(Frame.SEALED)) {
                return new Decoded(IGNORED, -1, null);
            }
            if (!frame.checksumMatches()) {
                throw new ProtocolException(ErrorCode.BAD_CHECKSUM, "CRC-32C");
            }
            frame.checkReserved();
            frame.readExtensions();
            MessageType type = frame.type();
            if (type != null) {
                return new Decoded(OK, -1, checked(MessageCodec.read(type, frame.payload()), sets));
            }
            if (frame.sequenced()) {
                throw new ProtocolException(ErrorCode.UNKNOWN_TYPE, "type " + frame.typeCode());
            }
            return new Decoded(IGNORED, -1, null);
        } catch (ProtocolException e) {
            return of(e);
        }
    }

    public static Decoded of(ProtocolException e) {
        return new Decoded(e.code().name(), e.index(), null);
    }

    private static Message checked(Message message, Sets sets) throws ProtocolException {
        if (message instanceof Message.DescribedReadings batch) {
            SensorType[] types = sets.types(batch.hash());
            if (types == null) {
                throw new ProtocolException(ErrorCode.UNKNOWN_SCHEMA, "hash " + batch.hash());
            }
            BatchDecoder decoder = new BatchDecoder();
            decoder.check(batch, types);
            decoder.visit(batch, types, new CountingVisitor());
        }
        return message;
    }
}
