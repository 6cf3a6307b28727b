package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Brings the devices of a data directory back into shards: images of the snapshot, then the records behind it. Thread: the caller's,
 * before the first frame. Spec: STORE §7.
 */
public final class Restore {
    private Restore() {}

    /**
     * Restores all devices.
     *
     * @param owner the shard that a device belongs to
     * @param damage told of what cannot be read
     * @return how many records were read behind the snapshot
     */
    public static long run(Disk disk, Recovery recovery, LongFunction<Shard> owner, Consumer<Damage> damage)
            throws IOException {
        Snapshot snapshot = recovery.snapshot();
        if (snapshot != null) {
            for (ByteBuffer section : SnapshotTaker.Sections.devices(snapshot)) {
                images(section, owner);
            }
        }
        long records = 0;
        try (JournalReader reader = new JournalReader(disk, recovery.replayFrom(), recovery::committed, damage)) {
            while (reader.next()) {
                records++;
                replay(reader.record(), owner);
            }
        }
        return records;
    }

    /** Applies one record to its device, if it is about one. */
    static void replay(JournalRecord record, LongFunction<Shard> owner) {
        switch (record.kind()) {
            case FRAME, REJECTED, DESCRIPTION, EPOCH, DEVICE ->
                owner.apply(record.device()).replay(record);
            case COUNTERS, SNAPSHOT, OPENED, CLOSED -> {}
        }
    }

    private static void images(ByteBuffer section, LongFunction<Shard> owner) throws IOException {
        ByteBuffer bytes = section.duplicate();
        while (bytes.hasRemaining()) {
            long id = bytes.getLong();
            byte[] image = new byte[bytes.getInt()];
            bytes.get(image);
            owner.apply(id).restore(new DataInputStream(new ByteArrayInputStream(image)));
        }
    }
}
