package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One epoch of a device: its numbers, and the reliable frames that are not acknowledged. */
final class Life {
    final long epoch;
    final TreeMap<Long, Issue> held = new TreeMap<>();
    long nextSeq;
    long pn;
    /** Something of it is on the server's disk. */
    boolean proven;

    Life(long epoch, long firstPn) {
        this.epoch = epoch;
        pn = firstPn;
    }

    /** The lowest number that may still be sent. */
    long floor() {
        return held.isEmpty() ? nextSeq : held.firstKey();
    }

    /** Gives up all that it holds. */
    void bury() {
        held.values().forEach(issue -> issue.abandoned = true);
        held.clear();
    }

    /** A description beyond the window would wait for frames that wait for it: the oldest are given up. */
    void keepWithinWindow() {
        while (nextSeq - floor() >= Limits.WINDOW) {
            held.pollFirstEntry().getValue().abandoned = true;
        }
    }

    /** The frames it holds that an answer settles: all below {@code next}, and those with a bit from there on. */
    List<Issue> covered(long next, List<Long> words, AckLevel level) {
        List<Issue> covered = new ArrayList<>();
        for (Issue issue : held.values()) {
            long ahead = issue.identity.seq() - next;
            boolean bit = ahead >= 0
                    && ahead < (long) words.size() * Long.SIZE
                    && (words.get((int) (ahead / Long.SIZE)) << ahead % Long.SIZE) < 0;
            if ((ahead < 0 || bit) && issue.level.compareTo(level) <= 0) {
                covered.add(issue);
            }
        }
        return covered;
    }
}
