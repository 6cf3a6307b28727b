package dev.baliza.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/** A message of the protocol; each case is one type of frame. Spec: SPEC §6, §7, §14, §15. */
public sealed interface Message {
    MessageType type();

    /** A message of an exchange with rules of its own. */
    sealed interface Exchange extends Message permits FileMessage, CalcMessage {}

    /**
     * A device introduces itself. Spec: SPEC §6.1.
     *
     * @param lowestHeldEpoch lowest epoch it still holds frames of; 0 for this one only
     */
    record Hello(BootNonce bootNonce, long uptimeMicros, long lowestHeldEpoch, long maxFrameBytes, int resetReason)
            implements Message {
        @Override
        public MessageType type() {
            return MessageType.HELLO;
        }
    }

    /** The server's answer to HELLO. Spec: SPEC §6.2. */
    record Welcome(
            BootNonce bootNonce,
            long epoch,
            AckLevel highestLevel,
            boolean storeEnabled,
            boolean insecure,
            int window,
            long maxFrameBytes,
            long maxDatagramBytes,
            long token,
            long serverTimeMicros,
            int heartbeatSeconds,
            List<Known> known)
            implements Message {
        public Welcome {
            known = List.copyOf(known);
        }

        @Override
        public MessageType type() {
            return MessageType.WELCOME;
        }

        /** What the server has of an epoch: all below {@code next}, and {@code settled} from next on, bit 63 first. */
        public record Known(long epoch, long next, long settled) {}
    }

    /** The device's own totals. Spec: SPEC §6.3. */
    record Heartbeat(
            long uptimeMicros,
            long lowestHeldEpoch,
            int resetReason,
            long framesHeld,
            long framesDiscarded,
            long readingsTaken)
            implements Message {
        @Override
        public MessageType type() {
            return MessageType.HEARTBEAT;
        }
    }

    /**
     * Frames of one epoch that reached a level. Spec: SPEC §6.4.
     *
     * @param next every number below it is settled
     * @param settled bit 63 of the first word is {@code next}; at most 16 words
     */
    record Ack(long epoch, long next, AckLevel level, List<Long> settled, List<Rejected> rejected) implements Message {
        public Ack {
            settled = List.copyOf(settled);
            rejected = List.copyOf(rejected);
        }

        @Override
        public MessageType type() {
            return MessageType.ACK;
        }

        /** A frame that was settled but not accepted; {@code code} as on the wire. */
        public record Rejected(long seq, int code) {}
    }

    /**
     * A frame was not accepted. Spec: SPEC §6.5.
     *
     * @param code {@link ErrorCode#number()}, possibly of a later version
     * @param frameType type byte of the frame answered
     * @param index of the reading or channel at fault, 0xFFFF for none
     * @param retryAfter units of 100 ms
     */
    record Nack(
            long epoch,
            long seq,
            int code,
            int frameType,
            boolean retriable,
            int index,
            int retryAfter,
            long argument,
            String text)
            implements Message {
        public static final int NO_INDEX = 0xFFFF;

        @Override
        public MessageType type() {
            return MessageType.NACK;
        }
    }

    /** Echo and time request. Spec: SPEC §6.6. */
    record Ping(long t1, ByteBuffer echo) implements Message {
        @Override
        public MessageType type() {
            return MessageType.PING;
        }
    }

    /** Echo and time answer. Spec: SPEC §6.6. */
    record Pong(long t1, long t2, long t3, ByteBuffer echo) implements Message {
        @Override
        public MessageType type() {
            return MessageType.PONG;
        }
    }

    /** The sender will be silent. Spec: SPEC §6.7. */
    record Goodbye(int reason, String text) implements Message {
        public static final int END = 0;
        public static final int SHUTDOWN = 1;
        public static final int RESTART = 2;
        public static final int IDLE = 3;
        public static final int REPLACED = 4;

        @Override
        public MessageType type() {
            return MessageType.GOODBYE;
        }
    }

    /**
     * Values to come back. Spec: SPEC §6.8.
     *
     * @param request comes back as it is
     */
    record Values(long request, List<TypedValue> values) implements Message {
        public Values {
            values = List.copyOf(values);
        }

        @Override
        public MessageType type() {
            return MessageType.VALUES;
        }
    }

    /** The values that were read, written anew. Spec: SPEC §6.8. */
    record ValuesBack(long request, List<TypedValue> values) implements Message {
        public ValuesBack {
            values = List.copyOf(values);
        }

        @Override
        public MessageType type() {
            return MessageType.VALUES_BACK;
        }
    }

    /**
     * An operator asks for something. Spec: SPEC §16.2.
     *
     * @param request random; the same number is the same request
     * @param part lowest part of the answer that is still missing, 0 at first
     * @param arguments a JSON object
     */
    record Admin(long request, int part, String operation, String arguments) implements Message {
        @Override
        public MessageType type() {
            return MessageType.ADMIN;
        }
    }

    /**
     * A part of the answer to ADMIN. Spec: SPEC §16.3.
     *
     * @param parts of the whole answer, at least 1
     * @param status {@link AdminStatus#code()}, possibly of a later version
     * @param json bytes of the answer, which may be cut within a character
     */
    record AdminResult(long request, int part, int parts, int status, ByteBuffer json) implements Message {
        @Override
        public MessageType type() {
            return MessageType.ADMIN_RESULT;
        }
    }

    /** A set of channels. Spec: SPEC §7.2. */
    record Describe(ChannelSet set) implements Message {
        @Override
        public MessageType type() {
            return MessageType.DESCRIBE;
        }
    }

    /** Readings that describe themselves. Spec: SPEC §7.3. */
    record NamedReadings(
            TimeMode mode, boolean backfill, boolean withQuality, TimeUnit timeUnit, List<NamedReading> readings)
            implements Message {
        public NamedReadings {
            readings = List.copyOf(readings);
        }

        @Override
        public MessageType type() {
            return MessageType.READINGS;
        }
    }

    /**
     * Something happened. Spec: SPEC §7.5.
     *
     * @param severity 0 emergency to 7 debug
     * @param timeMicros 0 when stamped on arrival
     */
    record Event(boolean json, int severity, TimeMode mode, long timeMicros, String body) implements Message {
        @Override
        public MessageType type() {
            return MessageType.EVENT;
        }
    }

    /** Words between people and devices. Spec: SPEC §7.6. */
    record Text(long id, String author, String text) implements Message {
        @Override
        public MessageType type() {
            return MessageType.TEXT;
        }
    }

    /**
     * The device should do something, once. Spec: SPEC §7.7.
     *
     * @param deadlineSeconds from the moment it first reaches the device
     */
    record Command(long id, long deadlineSeconds, String name, List<Argument> arguments) implements Message {
        public Command {
            arguments = List.copyOf(arguments);
        }

        @Override
        public MessageType type() {
            return MessageType.COMMAND;
        }

        /** A typed argument. */
        public record Argument(String name, SensorType type, Value value) {}
    }

    /** What became of a command. Spec: SPEC §7.8. */
    record Result(long command, State state, int exitStatus, String output) implements Message {
        @Override
        public MessageType type() {
            return MessageType.RESULT;
        }

        /** How far it is; the number on the wire is the ordinal. */
        public enum State {
            ACKED,
            DONE,
            REFUSED,
            EXPIRED
        }
    }

    /**
     * Rows of a described set. Spec: SPEC §7.3.
     *
     * @param hash of the set
     * @param baseTime in the set's time unit; 0 when stamped on arrival
     * @param rows the bytes of all rows; their layout is the set's
     */
    record RowReadings(
            TimeMode mode, boolean backfill, boolean withQuality, int count, int hash, long baseTime, ByteBuffer rows)
            implements DescribedReadings {}

    /**
     * Columns of a described set. Spec: SPEC §7.4.
     *
     * @param hash of the set
     * @param columns the bytes of all columns, of the times first
     */
    record ColumnReadings(TimeMode mode, boolean backfill, int count, int hash, ByteBuffer columns)
            implements DescribedReadings {}

    /** Vectors of a described set: one reading of each of its channels. Spec: SPEC §7.3, §7.4. */
    sealed interface DescribedReadings extends Message permits RowReadings, ColumnReadings {
        TimeMode mode();

        /** Whether it is history. */
        boolean backfill();

        /** Number of vectors, at least 1. */
        int count();

        /** Hash of the set. */
        int hash();

        @Override
        default MessageType type() {
            return MessageType.READINGS;
        }
    }
}
