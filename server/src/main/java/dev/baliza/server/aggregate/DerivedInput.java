package dev.baliza.server.aggregate;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An input of a derived channel: where its newest value is. */
sealed interface DerivedInput {
    /** A value, when the device says it was measured, and when it arrived here. */
    record Value(double value, long eventMicros, long arrivalMicros) {}

    /**
     * The newest value.
     *
     * @param earliestMicros what arrived before is stale
     * @return COMPUTED when {@link #value} is there to be used
     */
    DerivedOutcome look(long earliestMicros);

    /** What the last look found. */
    Value value();

    /** A reading of the same device, by one of its names. Thread: the device's shard's. */
    final class Own implements DerivedInput {
        private static final Value NONE = new Value(0, Long.MIN_VALUE, Long.MIN_VALUE);

        /** All that have the name; replaced when the device describes others. */
        private Series[] series;

        private Value found = NONE;

        Own(Series[] series) {
            this.series = series;
        }

        void use(Series[] named) {
            series = named;
        }

        Series[] series() {
            return series;
        }

        /** Readings so far. */
        long count() {
            long count = 0;
            for (Series one : series) {
                count += one.count();
            }
            return count;
        }

        @Override
        public DerivedOutcome look(long earliestMicros) {
            Series fresh = null;
            boolean arrived = false;
            for (Series one : series) {
                arrived |= one.hasArrived();
                if (one.hasArrived() && one.arrivalMicros() >= earliestMicros) {
                    if (fresh != null) {
                        return DerivedOutcome.AMBIGUOUS;
                    }
                    fresh = one;
                }
            }
            if (fresh == null) {
                return arrived ? DerivedOutcome.STALE : DerivedOutcome.NO_INPUT;
            }
            found = new Value(fresh.last(), fresh.lastMicros(), fresh.arrivalMicros());
            return DerivedOutcome.COMPUTED;
        }

        @Override
        public Value value() {
            return found;
        }
    }

    /** A reading of another device, handed over by its shard. */
    final class Foreign implements DerivedInput {
        private final AtomicReference<@Nullable Value> handOver;
        private Value found = Own.NONE;

        /** @param handOver written by the other device's shard, read by this one's */
        Foreign(AtomicReference<@Nullable Value> handOver) {
            this.handOver = handOver;
        }

        @Override
        public DerivedOutcome look(long earliestMicros) {
            Value newest = handOver.get();
            if (newest == null) {
                return DerivedOutcome.NO_INPUT;
            }
            found = newest;
            return newest.arrivalMicros < earliestMicros ? DerivedOutcome.STALE : DerivedOutcome.COMPUTED;
        }

        @Override
        public Value value() {
            return found;
        }
    }
}
