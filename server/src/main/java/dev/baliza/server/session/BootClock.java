package dev.baliza.server.session;

/** When a device booted, by the server's clock: the least delayed word of its uptime. Thread: its shard's. Spec: SPEC §7.3.3. */
final class BootClock {
    private long epoch;
    private long bootMicros;
    private boolean anchored;

    /** A HELLO or HEARTBEAT of this epoch puts the boot at so many microseconds. */
    void anchor(long ofEpoch, long micros) {
        if (!anchored || ofEpoch > epoch) {
            epoch = ofEpoch;
            bootMicros = micros;
            anchored = true;
        } else if (ofEpoch == epoch) {
            bootMicros = Math.min(bootMicros, micros);
        }
    }

    /** The boot of an epoch; without a word of it, its newest reading is taken as now. */
    long bootMicros(long ofEpoch, long nowMicros, long newestReadingMicros) {
        if (!anchored || ofEpoch > epoch) {
            anchor(ofEpoch, nowMicros - newestReadingMicros);
        }
        return ofEpoch == epoch ? bootMicros : nowMicros - newestReadingMicros;
    }
}
