package dev.baliza.server.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often an address may fail: ten times in a minute; of IPv6 the first 64 bits are one address. Thread: any. Limits: 4,096 addresses;
 * the one that began first makes room.
 */
final class FailureLimit {
    static final int FAILURES = 10;
    static final long NANOS = 60_000_000_000L;
    static final int MOST = 4_096;

    private static final class Minute {
        final long endNanos;
        int failures;

        Minute(long endNanos) {
            this.endNanos = endNanos;
        }
    }

    private final LongSupplier nanos;
    private final Map<String, Minute> minutes = new LinkedHashMap<>();

    FailureLimit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Counts a failure ahead; false when there were too many. {@link #forgive} takes it back. */
    synchronized boolean mayTry(InetAddress address) {
        long now = nanos.getAsLong();
        String key = key(address);
        Minute minute = minutes.get(key);
        if (minute == null || minute.endNanos - now <= 0) {
            minutes.remove(key);
            minute = begin(key, now);
        }
        if (minute.failures == FAILURES) {
            return false;
        }
        minute.failures++;
        return true;
    }

    private Minute begin(String key, long now) {
        Minute minute = new Minute(now + NANOS);
        if (minutes.size() >= MOST) {
            Iterator<String> oldest = minutes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        minutes.put(key, minute);
        return minute;
    }

    /** It was no failure. */
    synchronized void forgive(InetAddress address) {
        Minute minute = minutes.get(key(address));
        if (minute != null && minute.failures > 0) {
            minute.failures--;
        }
    }

    private static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
