package dev.baliza.server.simulation;

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
}
