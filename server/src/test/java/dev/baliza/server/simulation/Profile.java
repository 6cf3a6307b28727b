package dev.baliza.server.simulation;

import dev.baliza.protocol.AckLevel;
import java.util.Random;

/**
 * What kind of device it is.
 *
 * @param memory what it keeps over a reboot
 * @param level it asks for; NONE: best effort
 * @param stream part of its frames that go over a connection, 0 to 1
 * @param queue frames it can hold; then it gives up the oldest
 */
record Profile(Memory memory, AckLevel level, double stream, boolean rows, int queue, long periodNanos) {
    /** What survives a reboot. */
    enum Memory {
        /** Nothing: the server names its epochs. */
        NONE,
        /** The number of its boots. */
        COUNTER,
        /** And what was not acknowledged. */
        QUEUE
    }

    static Profile random(Random random) {
        Memory memory = Memory.values()[random.nextInt(3)];
        AckLevel level = AckLevel.of(new int[] {0, 1, 2, 2, 2}[random.nextInt(5)]);
        double stream = new double[] {0, 0, 0, 1, 0.5}[random.nextInt(5)];
        int queue = random.nextInt(3) == 0 ? 4 + random.nextInt(12) : 400;
        long period = (20 + random.nextInt(400)) * Schedule.MILLI;
        return new Profile(memory, level, stream, random.nextBoolean(), queue, period);
    }

    /** The same as a board that was copied: only the server can tell it from the other. */
    Profile withoutMemory() {
        return new Profile(Memory.NONE, level, stream, rows, queue, periodNanos);
    }
}
