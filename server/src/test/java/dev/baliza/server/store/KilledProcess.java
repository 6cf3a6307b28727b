package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A process that writes into a journal and says how much of it is committed, until it is killed. */
final class KilledProcess {
    private KilledProcess() {}

    /** @param arguments the directory */
    public static void main(String... arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        DirectoryLock lock =
                DirectoryLock.take(directory, ProcessHandle.current().pid());
        Disk disk = new FileDisk(directory);
        List<Damage> damage = new ArrayList<>();
        JournalLimits limits = new JournalLimits(
                1 << 20, 8_192, 1_000_000, RecordLayout.MAX_BYTES, 8, 1_000_000_000, 0, Retention.DEFAULT);
        Journal journal = new Journal(
                disk, Recovery.of(disk, damage::add), limits, new SystemClock(), new Random()::nextInt, new Told());
        Lane lane = journal.lane(batch -> {
            System.out.println(batch.position());
            batch.release();
        });
        Thread writer = new Thread(journal, "journal");
        writer.start();
        ByteBuffer payload = ByteBuffer.allocate(200);
        for (long seq = 0; writer.isAlive(); seq++) {
            payload.putLong(0, seq);
            if (!lane.offer(RecordHead.of(RecordKind.FRAME, 0x82, 1, 1, seq, 0), payload)) {
                Thread.onSpinWait();
            } else if (seq % 16 == 0) {
                lane.flush();
            }
        }
        lock.close();
    }
}
