package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.MessageCodec;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sequenced frame that a device has made, and what became of it as far as the device knows. */
final class Issue {
    /** Instead of an event time: that of the arrival. */
    static final long ON_ARRIVAL = Long.MIN_VALUE;

    /** Instead of a type: the message's own. */
    static final int OWN_TYPE = -1;

    /** (device, epoch, seq) names a frame for ever. */
    record Identity(long device, long epoch, long seq) {}

    /**
     * A reading.
     *
     * @param skipped it is outside the range that was described
     */
    record Sample(String quantity, long raw, long eventMicros, boolean skipped) {}

    final Identity identity;
    final AckLevel level;
    final Message message;
    final int typeCode;
    final List<Sample> samples;
    long nextNanos;
    int tries;
    boolean stored;
    boolean abandoned;
    private @Nullable ByteBuffer payload;

    Issue(Identity identity, AckLevel level, Message message, int typeCode, List<Sample> samples) {
        this.identity = identity;
        this.level = level;
        this.message = message;
        this.typeCode = typeCode;
        this.samples = samples;
    }

    /** As a record of it must have it. */
    ByteBuffer payload() {
        if (payload == null) {
            ByteBuffer bytes = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
            MessageCodec.write(bytes, message);
            byte[] written = new byte[bytes.position()];
            bytes.flip().get(written);
            payload = ByteBuffer.wrap(written).asReadOnlyBuffer();
        }
        return payload.duplicate();
    }

    boolean isToBeRejected() {
        return typeCode != OWN_TYPE;
    }

    boolean reliable() {
        return level != AckLevel.NONE;
    }
}
