package dev.baliza.server.history;

import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.books.StoredReading;
import dev.baliza.server.session.StoredReadings;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** One way through the whole journal for the readings of one device, in the order in which they came. Thread: one. */
public final class Scan {
    private static final int LOOK_EVERY = 4_096;

    private final Disk disk;
    private final LongSupplier committed;
    private final DescribedDevice device;
    private final HistoryQuery query;
    private volatile long position;
    private long given;
    private long damaged;

    /** @param committed last position that may be read */
    public Scan(Disk disk, LongSupplier committed, DescribedDevice device, HistoryQuery query) {
        this.disk = disk;
        this.committed = committed;
        this.device = device;
        this.query = query;
    }

    /** Last record that was read. Thread: any. */
    long position() {
        return position;
    }

    /** How the lines are written. */
    public HistoryFormat format() {
        return query.format();
    }

    /** What became of a scan. */
    public record Outcome(long readings, long framesLeftOut, long damagedRecords) {}

    /**
     * Writes the readings; slowly, if that is how they are taken.
     *
     * @param wanted looked at now and then: whether to go on
     */
    public Outcome run(OutputStream out, BooleanSupplier wanted) throws IOException {
        StoredReadings readings = new StoredReadings(device.sets());
        List<StoredReading> found = new ArrayList<>();
        query.format().begin(out);
        try (JournalReader reader = new JournalReader(disk, JournalReader.OLDEST, committed, this::count)) {
            long records = 0;
            while (given < query.limit() && reader.next() && (records++ % LOOK_EVERY != 0 || wanted.getAsBoolean())) {
                JournalRecord record = reader.record();
                if (record.device() == device.id()) {
                    readings.read(record, found::add);
                    write(found, out);
                }
                position = record.position();
            }
        }
        if (readings.undescribed() + damaged > 0) {
            query.format().leftOut(readings.undescribed(), damaged, out);
        }
        return new Outcome(given, readings.undescribed(), damaged);
    }

    private void count(Damage damage) {
        damaged += damage.reason() == Damage.Reason.RECORDS ? damage.records() : 0;
    }

    private void write(List<StoredReading> found, OutputStream out) throws IOException {
        for (StoredReading reading : found) {
            if (given < query.limit() && query.wants(reading)) {
                query.format().write(device.label(), reading, out);
                given++;
            }
        }
        found.clear();
    }
}
