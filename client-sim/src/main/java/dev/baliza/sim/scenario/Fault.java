package dev.baliza.sim.scenario;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can go wrong on the way or in a device. */
public enum Fault {
    LOSS(Rate.FRAME, 0.05, "is lost"),
    BURST(Rate.FRAME, 0.005, "begins a burst of losses, burst-length frames long on average"),
    DUP(Rate.FRAME, 0.02, "is sent twice"),
    REORDER(Rate.FRAME, 0.05, "is overtaken by up to reorder-span later ones"),
    DELAY(Rate.FRAME, 0.05, "is late by up to delay-time"),
    CORRUPT(Rate.FRAME, 0.01, "has a wrong byte"),
    TRUNCATE(Rate.FRAME, 0.01, "is cut short; on TCP the stream ends there"),
    CUT(Rate.FRAME, 0.01, "breaks its TCP connection at any byte, by FIN or by RST"),
    HOSTILE(Rate.FRAME, 0.02, "is followed by a datagram of garbage; on TCP by a connection of garbage"),
    REBOOT(Rate.SECOND, 0.05, "a device boots; every other one has flash and keeps its epoch and its queue"),
    REFLASH(Rate.SECOND, 0.02, "a board is written anew: all it knew is gone, its epoch begins at 1"),
    REBIND(Rate.SECOND, 0.1, "the source port of a UDP device changes, as behind a NAT"),
    SKEW(Rate.DEVICE, 0.3, "its clock drifts, is minutes fast, or was never set and stands in 1970"),
    STUCK(Rate.DEVICE, 0.2, "its sensors repeat one value"),
    CLONE(Rate.DEVICE, 0.1, "there are two boards with its identity"),
    SPIKE(Rate.VALUE, 0.005, "jumps to the end of its range"),
    NAN(Rate.VALUE, 0.01, "is not there: NaN or infinite in floats, quality \"no value\" in integers");

    /** What the number of a fault is the probability of. */
    public enum Rate {
        FRAME("of a frame"),
        SECOND("of a device in a second"),
        DEVICE("of a device, for the whole run"),
        VALUE("of a value");

        private final String text;

        Rate(String text) {
            this.text = text;
        }
    }

    private final Rate rate;
    private final double usual;
    private final String meaning;

    Fault(Rate rate, double usual, String meaning) {
        this.rate = rate;
        this.usual = usual;
        this.meaning = meaning;
    }

    /** What its number is the probability of. */
    public Rate rate() {
        return rate;
    }

    /** The highest probability: 1, but some frames must get through. */
    public double most() {
        return rate == Rate.FRAME ? 0.9 : 1;
    }

    /** As on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it has when it is asked for without a number. */
    public double usual() {
        return usual;
    }

    /** One line for people. */
    public String help() {
        return "%s=P: P is the probability %s; it %s (without a number: %s)"
                .formatted(label(), rate.text, meaning, usual);
    }

    static Optional<Fault> of(String label) {
        return Stream.of(values()).filter(f -> f.label().equals(label)).findFirst();
    }
}
