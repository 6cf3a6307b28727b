package dev.baliza.server.session;

import java.util.HashSet;
import java.util.Set;

/**
 * Missing numbers that came after all and wait for their commit; hardly ever any. Those that would be lost by now are spared.
 * Thread: their shard's.
 */
final class LateNumbers {
    private Set<Long> waiting = Set.of();
    private Set<Long> spared = Set.of();

    int size() {
        return waiting.size();
    }

    boolean contains(long seq) {
        return waiting.contains(seq);
    }

    void add(long seq) {
        if (waiting.isEmpty()) {
            waiting = new HashSet<>();
        }
        waiting.add(seq);
    }

    /** It is committed. */
    void remove(long seq) {
        if (waiting.size() > 1) {
            waiting.remove(seq);
        } else if (waiting.contains(seq)) {
            waiting = Set.of();
        }
    }

    /** Spares those from one number up to another from being lost; returns how many that were not spared before. */
    int spare(long from, long to) {
        int count = 0;
        for (long seq : waiting) {
            if (seq >= from && seq < to) {
                spared = spared.isEmpty() ? new HashSet<>() : spared;
                count += spared.add(seq) ? 1 : 0;
            }
        }
        return count;
    }

    /** How many are spared. */
    int spared() {
        return spared.size();
    }

    /** A spared number is settled; returns whether it was one. */
    boolean settleSpared(long seq) {
        boolean was = spared.contains(seq);
        if (was) {
            spared.remove(seq);
        }
        return was;
    }
}
