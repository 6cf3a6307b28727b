package dev.baliza.server.session;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** When a device booted, by the server's clock: the least delayed word of its uptime. Thread: its shard's. Spec: SPEC §7.3.3. */
final class BootClock {
    private long epoch;
    private long bootMicros;
    private boolean anchored;

    /** A HELLO or HEARTBEAT of this epoch puts the boot at so many microseconds; returns whether that was news. */
    boolean anchor(long ofEpoch, long micros) {
        boolean news = !anchored || ofEpoch > epoch || (ofEpoch == epoch && micros < bootMicros);
        if (news) {
            epoch = ofEpoch;
            bootMicros = micros;
            anchored = true;
        }
        return news;
    }

    /** For a snapshot. */
    void save(DataOutput out) throws IOException {
        out.writeBoolean(anchored);
        out.writeLong(epoch);
        out.writeLong(bootMicros);
    }

    void load(DataInput in) throws IOException {
        anchored = in.readBoolean();
        epoch = in.readLong();
        bootMicros = in.readLong();
    }

    /** The boot of an epoch; without a word of it, its newest reading is taken as now. */
    long bootMicros(long ofEpoch, long nowMicros, long newestReadingMicros) {
        if (!anchored || ofEpoch > epoch) {
            anchor(ofEpoch, nowMicros - newestReadingMicros);
        }
        return ofEpoch == epoch ? bootMicros : nowMicros - newestReadingMicros;
    }
}
