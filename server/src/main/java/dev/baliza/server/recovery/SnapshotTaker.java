package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.Snapshot;
import dev.baliza.server.store.Snapshots;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Writes all devices into a snapshot, a few at a time, so that no loop stands still for long. Thread: its own, which waits for the
 * loops. Spec: STORE §7.1.
 */
final class SnapshotTaker {
    /** So many devices are written in one turn of a loop. */
    private static final int SLICE = 256;

    private final Snapshots snapshots;
    private final Journal journal;
    private final Shards shards;
    private final LongSupplier wallMicros;

    SnapshotTaker(Snapshots snapshots, Journal journal, Shards shards, LongSupplier wallMicros) {
        this.snapshots = snapshots;
        this.journal = journal;
        this.shards = shards;
        this.wallMicros = wallMicros;
    }

    /** Returns the position that it covers. */
    long take() throws IOException {
        long position = journal.committed(); // and what follows from it has reached the loops before the slices do
        Map<String, ByteBuffer> sections = new LinkedHashMap<>();
        for (int shard = 0; shard < shards.count(); shard++) {
            List<Long> ids = shards.ask(shard, Shard::ids);
            for (int from = 0; from < ids.size(); from += SLICE) {
                List<Long> some = ids.subList(from, Math.min(ids.size(), from + SLICE));
                sections.put(Sections.device(sections.size()), shards.ask(shard, of -> slice(of, some)));
            }
        }
        snapshots.write(new Snapshot(position, wallMicros.getAsLong(), sections));
        journal.snapshotTaken(position);
        return position;
    }

    /** Images of these devices. */
    static ByteBuffer slice(Shard shard, List<Long> ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (long id : ids) {
                ByteArrayOutputStream image = new ByteArrayOutputStream(2_048);
                shard.save(new DataOutputStream(image), List.of(id));
                if (image.size() > 0) {
                    out.writeLong(id);
                    out.writeInt(image.size());
                    image.writeTo(out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Names of the sections. */
    static final class Sections {
        private static final String DEVICES = "devices.";

        private Sections() {}

        static String device(int number) {
            return DEVICES + number;
        }

        static List<ByteBuffer> devices(Snapshot snapshot) {
            List<ByteBuffer> found = new ArrayList<>();
            snapshot.sections().forEach((name, content) -> {
                if (name.startsWith(DEVICES)) {
                    found.add(content);
                }
            });
            return found;
        }
    }
}
