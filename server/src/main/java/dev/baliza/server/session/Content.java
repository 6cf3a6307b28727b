package dev.baliza.server.session;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.aggregate.BoundSet;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a sequenced frame, checked whole and ready to apply. Borrows the frame's bytes. Spec: SPEC §5.8, §7.
 */
sealed interface Content {
    /** A set to put in force. */
    record Description(ChannelSet set, int hash) implements Content {}

    /** A batch of a known set, in rows or columns that fill it exactly. */
    record Rows(Message.DescribedReadings batch, BoundSet set) implements Content {}

    /** A batch that describes itself. */
    record Named(Message.NamedReadings batch) implements Content {}

    /** An event, a text or the result of a command. */
    record Said(Message message) implements Content {}

    /** How many readings are counted when it is accepted. */
    default long readings() {
        if (this instanceof Rows rows) {
            return (long) rows.batch.count() * rows.set.types().length;
        }
        return this instanceof Named named ? named.batch.readings().size() : 0;
    }

    /** The newest of its own times, in microseconds; only for batches that have times. */
    default long newestMicros(BatchDecoder decoder) {
        if (this instanceof Rows rows) {
            return rows.set.set().timeUnit().toMicros(decoder.newestTime(rows.batch));
        }
        return this instanceof Named named ? newestMicros(named.batch) : 0;
    }

    /** The newest time of a batch that describes itself. */
    static long newestMicros(Message.NamedReadings batch) {
        return batch.readings().stream()
                .mapToLong(NamedReading::time)
                .map(batch.timeUnit()::toMicros)
                .max()
                .orElse(0);
    }

    default TimeMode mode() {
        if (this instanceof Rows rows) {
            return rows.batch.mode();
        }
        return this instanceof Named named ? named.batch.mode() : TimeMode.ON_ARRIVAL;
    }

    /**
     * Reads and checks the payload; changes nothing.
     *
     * @throws ProtocolException the structure is wrong: reject
     * @throws Refusal it cannot be judged now
     */
    static Content read(
            @Nullable MessageType type, int typeCode, ByteBuffer payload, ChannelSets sets, BatchDecoder decoder)
            throws ProtocolException, Refusal {
        if (type == null) {
            throw new ProtocolException(ErrorCode.UNKNOWN_TYPE, "sequenced type " + typeCode + " is not known here");
        }
        if (type == MessageType.COMMAND) {
            throw new ProtocolException(ErrorCode.UNEXPECTED, "only a server sends COMMAND");
        }
        Message message = MessageCodec.read(type, payload);
        if (message instanceof Message.Describe describe) {
            sets.check(describe.set());
            return new Description(describe.set(), DescribeCodec.hash(payload));
        }
        if (message instanceof Message.DescribedReadings batch) {
            BoundSet set = sets.find(batch.hash());
            if (set == null) {
                throw new Refusal(
                        RefusalReason.SCHEMA,
                        batch.hash() & 0xFFFF_FFFFL,
                        "no description with hash %08x; send DESCRIBE, then this frame again".formatted(batch.hash()));
            }
            decoder.check(batch, set.types());
            return new Rows(batch, set);
        }
        return message instanceof Message.NamedReadings named ? new Named(named) : new Said(message);
    }

    /**
     * Reads a payload that was checked before.
     *
     * @param set of a described batch; null for other content
     */
    static Content checked(MessageType type, ByteBuffer payload, @Nullable BoundSet set) throws ProtocolException {
        Message message = MessageCodec.read(type, payload);
        if (message instanceof Message.Describe describe) {
            return new Description(describe.set(), DescribeCodec.hash(payload));
        }
        if (message instanceof Message.DescribedReadings batch && set != null) {
            return new Rows(batch, set);
        }
        return message instanceof Message.NamedReadings named ? new Named(named) : new Said(message);
    }
}
