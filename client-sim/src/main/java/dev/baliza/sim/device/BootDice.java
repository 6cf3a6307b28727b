package dev.baliza.sim.device;

import java.util.Random;

/** Once a second the dice are cast for a boot or a new flash. Confined to one thread. */
final class BootDice {
    /** What they say. */
    enum Side {
        GO_ON,
        BOOT,
        REFLASH
    }

    private static final long EVERY_MICROS = 1_000_000;

    private final Defects wrong;
    private final Random random;
    private long nextMicros;

    BootDice(Defects wrong, Random random) {
        this.wrong = wrong;
        this.random = random;
    }

    /** @param may whether the device is in a state to boot */
    Side cast(long nowMicros, boolean may) {
        if (nowMicros < nextMicros || (wrong.reboots() == 0 && wrong.reflashes() == 0)) {
            return Side.GO_ON;
        }
        boolean first = nextMicros == 0;
        nextMicros = nowMicros + EVERY_MICROS;
        if (first || !may) {
            return Side.GO_ON;
        }
        double dice = random.nextDouble();
        if (dice < wrong.reflashes()) {
            return Side.REFLASH;
        }
        return dice < wrong.reflashes() + wrong.reboots() ? Side.BOOT : Side.GO_ON;
    }
}
