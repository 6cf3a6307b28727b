package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Message;
import java.util.List;

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

    Issue(Identity identity, AckLevel level, Message message, int typeCode, List<Sample> samples) {
        this.identity = identity;
        this.level = level;
        this.message = message;
        this.typeCode = typeCode;
        this.samples = samples;
    }

    boolean isToBeRejected() {
        return typeCode != OWN_TYPE;
    }

    boolean reliable() {
        return level != AckLevel.NONE;
    }
}
