package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.Journal;
import dev.baliza.server.store.Recovery;
import dev.baliza.server.store.Snapshot;
import dev.baliza.server.store.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Restores and saves shards that live in the test's one thread, by the code of the server. */
public final class StoreDriver {
    /** @param turn called before a shard is asked: what waits for it must have its turn first */
    private record OneThread(List<Shard> shards, IntConsumer turn) implements Shards {
        @Override
        public int count() {
            return shards.size();
        }

        @Override
        public Shard owner(long device) {
            return shards.get(ownerOf(device, shards.size()));
        }

        @Override
        public <T> T ask(int shard, Function<Shard, T> question) {
            turn.accept(shard);
            return question.apply(shards.get(shard));
        }
    }

    private StoreDriver() {}

    /** Number of the shard that a device belongs to. */
    public static int ownerOf(long device, int shards) {
        return (int) Long.remainderUnsigned(device, shards);
    }

    /** Returns how many records could not be applied. */
    public static long restore(Disk disk, Recovery recovery, List<Shard> shards, Consumer<Damage> damage)
            throws IOException {
        return Restore.of(disk, recovery, new OneThread(shards, shard -> {}), damage)
                .unreadable();
    }

    /** Writes a snapshot of what the shards hold now under an earlier position, as when it took long. */
    public static void snapshotAt(Disk disk, long position, List<Shard> shards) throws IOException {
        Map<String, ByteBuffer> sections = new LinkedHashMap<>();
        for (Shard shard : shards) {
            sections.put(SnapshotTaker.Sections.device(sections.size()), SnapshotTaker.slice(shard, shard.ids()));
        }
        new Snapshots(disk).write(new Snapshot(position, 0, sections));
    }

    public static void snapshot(
            Disk disk, Journal journal, List<Shard> shards, IntConsumer turn, LongSupplier wallMicros)
            throws IOException {
        new SnapshotTaker(new Snapshots(disk), journal, new OneThread(shards, turn), wallMicros).take();
    }
}
