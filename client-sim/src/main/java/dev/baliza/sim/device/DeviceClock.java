package dev.baliza.sim.device;

import dev.baliza.protocol.Message;

/** What a device takes for the time. Confined to one thread. */
public final class DeviceClock {
    private static final long YEAR_1970_SPAN = 86_400_000_000L;

    private final long bootMicros;
    private final long offsetMicros;
    private final double drift;
    private final boolean unset;

    private DeviceClock(long bootMicros, long offsetMicros, double drift, boolean unset) {
        this.bootMicros = bootMicros;
        this.offsetMicros = offsetMicros;
        this.drift = drift;
        this.unset = unset;
    }

    /** As good as the true one. */
    public static DeviceClock right() {
        return new DeviceClock(0, 0, 0, false);
    }

    /** Fast by an offset, and drifting by so many parts per million. */
    public static DeviceClock skewed(long bootMicros, long offsetMicros, double driftPpm) {
        return new DeviceClock(bootMicros, offsetMicros, driftPpm / 1e6, false);
    }

    /** Never set: it counts from 1970 on. */
    public static DeviceClock neverSet(long bootMicros) {
        return new DeviceClock(bootMicros, 0, 0, true);
    }

    /** Whether the server stamps readings on arrival instead (SPEC §7.3.3). */
    public boolean isUnset() {
        return unset;
    }

    /** Tells the server its time, or that it has none (SPEC §6.6.4). */
    Message.Pong answer(Message.Ping ping, long trueMicros) {
        long told = unset ? 0 : at(trueMicros);
        return new Message.Pong(ping.t1(), told, told, ping.echo());
    }

    /** The device's time at a true time, both in microseconds since 1970. */
    long at(long trueMicros) {
        if (unset) {
            return Math.floorMod(trueMicros - bootMicros, YEAR_1970_SPAN);
        }
        return trueMicros + offsetMicros + (long) ((trueMicros - bootMicros) * drift);
    }
}
