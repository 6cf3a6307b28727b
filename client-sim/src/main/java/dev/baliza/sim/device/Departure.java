package dev.baliza.sim.device;

/** Told when a copy of a frame really leaves, after all faults. */
@FunctionalInterface
public interface Departure {
    void onWire();
}
