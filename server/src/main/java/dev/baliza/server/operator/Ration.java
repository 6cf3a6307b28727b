package dev.baliza.server.operator;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many records each asker may cause in the audit log: 100 at once, then one a second. Thread: one at a time. Limits: the newest 256
 * askers.
 */
final class Ration {
    private static final long BURST = 100;
    private static final long MILLIS_EACH = 1_000;
    private static final int MAX_ASKERS = 256;

    private final InstantSource clock;
    /** When the bucket of an asker was, or will be, full. */
    private final Map<String, Long> fullAtMillis = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_ASKERS;
        }
    };

    Ration(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether one more is fine; it is taken. */
    boolean take(String asker) {
        long now = clock.millis();
        long full = Math.max(now, fullAtMillis.getOrDefault(asker, 0L));
        if (full - now > (BURST - 1) * MILLIS_EACH) {
            return false;
        }
        fullAtMillis.put(asker, full + MILLIS_EACH);
        return true;
    }
}
