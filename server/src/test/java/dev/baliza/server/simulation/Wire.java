package dev.baliza.server.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Carries datagrams, loses, repeats, delays, spoils and reorders them; connections only delay, until they break. */
final class Wire {
    private static final long STREAM_NANOS = 2 * Schedule.MILLI;

    /** How long late datagrams are on the way, about. */
    private static final int SECONDS_LATE = 40;

    private final List<Runnable> late = new ArrayList<>();
    private final Schedule schedule;
    private final Random random;
    double loss;
    double duplication;
    double corruption;
    double lateness;
    private int connections;

    Wire(Schedule schedule, Random random) {
        this.schedule = schedule;
        this.random = random;
    }

    void datagram(byte[] bytes, Consumer<byte[]> to) {
        if (random.nextDouble() >= loss) {
            deliver(bytes, to);
        }
        if (random.nextDouble() < duplication) {
            deliver(bytes, to);
        }
    }

    private void deliver(byte[] bytes, Consumer<byte[]> to) {
        byte[] there = bytes;
        if (random.nextDouble() < corruption) {
            there = bytes.clone();
            int bit = random.nextInt(there.length * Byte.SIZE);
            there[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        }
        byte[] arrives = there;
        long delay = 200_000L + random.nextInt((int) (8 * Schedule.MILLI));
        boolean isLate = random.nextDouble() < lateness;
        if (isLate && random.nextBoolean()) {
            late.add(() -> to.accept(arrives));
        } else {
            long more = isLate ? (long) (random.nextDouble() * 90 * Schedule.SECOND) : 0;
            schedule.in(delay + more, () -> to.accept(arrives));
        }
    }

    /**
     * A second has passed: some of what is late arrives in the next moments.
     *
     * @param atOnce much of it: the server has just decided something by its clock
     */
    void releaseLate(boolean atOnce) {
        for (Iterator<Runnable> each = late.iterator(); each.hasNext(); ) {
            Runnable arrival = each.next();
            if (random.nextInt(atOnce ? 4 : SECONDS_LATE) == 0) {
                each.remove();
                long most = random.nextBoolean() ? 12 * Schedule.MILLI : 2 * Schedule.SECOND;
                schedule.in((long) (random.nextDouble() * most), arrival);
            }
        }
    }

    void stream(byte[] bytes, Consumer<byte[]> to) {
        int connection = connections;
        schedule.in(STREAM_NANOS, () -> {
            if (connection == connections) {
                to.accept(bytes);
            }
        });
    }

    /** All connections break; what is on the way in them is lost. */
    void breakStreams() {
        connections++;
    }

    void quiet() {
        loss = 0;
        duplication = 0;
        corruption = 0;
        lateness = 0;
    }
}
