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

/**
 * Brings devices back to where the last process had them: images of the newest snapshot first, then the records behind it. Spec:
 * STORE §7.1.
 *
 * @param records that were read again
 * @param unreadable records among them whose content could not be applied
 */
record Restore(long records, long unreadable) {
    /** Restores the devices; before the shards get their first frame. */
    static Restore of(Disk disk, Recovery recovery, Shards shards, Consumer<Damage> damage) throws IOException {
        Snapshot snapshot = recovery.snapshot();
        if (snapshot != null) {
            for (ByteBuffer section : SnapshotTaker.Sections.devices(snapshot)) {
                images(section, shards);
            }
        }
        long records = replay(disk, recovery, shards, damage);
        long unreadable = 0;
        for (int shard = 0; shard < shards.count(); shard++) {
            unreadable += shards.ask(shard, Shard::beginAfterReplay);
        }
        return new Restore(records, unreadable);
    }

    private static void images(ByteBuffer section, Shards shards) throws IOException {
        ByteBuffer bytes = section.duplicate();
        while (bytes.hasRemaining()) {
            long id = bytes.getLong();
            byte[] image = new byte[bytes.getInt()];
            bytes.get(image);
            shards.owner(id).restore(new DataInputStream(new ByteArrayInputStream(image)));
        }
    }

    private static long replay(Disk disk, Recovery recovery, Shards shards, Consumer<Damage> damage)
            throws IOException {
        long records = 0;
        long from = recovery.replayFrom();
        try (JournalReader reader = new JournalReader(disk, from, recovery::committed, damage)) {
            while (reader.next()) {
                records++;
                replay(reader.record(), shards);
            }
        }
        return records;
    }

    /** Applies one record to its device, if it is about one. */
    static void replay(JournalRecord record, Shards shards) {
        switch (record.kind()) {
            case FRAME, REJECTED, DESCRIPTION, EPOCH, DEVICE ->
                shards.owner(record.device()).replay(record);
            case SNAPSHOT, OPENED, CLOSED -> {}
        }
    }
}
