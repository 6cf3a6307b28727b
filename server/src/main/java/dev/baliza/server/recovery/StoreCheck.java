package dev.baliza.server.recovery;

import dev.baliza.server.books.DeviceView;
import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.server.store.RecordKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads everything in a data directory once more, record by record, and compares it with the state that the next start would begin with.
 * Thread: one. Spec: STORE §5, §7.
 */
public final class StoreCheck {
    /**
     * What was found.
     *
     * @param position last record that counts
     * @param unclean whether the last server ended without closing the journal
     * @param complete whether no record was deleted: then the snapshots were compared with a replay of everything
     * @param records read, by kind
     * @param unreadable records whose content could not be applied
     * @param damage what could not be read; {@link Damage.Reason#TORN} is no loss
     * @param differences one sentence each; empty when all agree
     */
    public record Result(
            long position,
            boolean unclean,
            boolean complete,
            Map<RecordKind, Long> records,
            List<DeviceView> devices,
            long unreadable,
            List<Damage> damage,
            List<String> differences) {
        /** Damage by which something was lost or nearly so. */
        public List<Damage> losses() {
            return damage.stream()
                    .filter(one -> one.reason() != Damage.Reason.TORN)
                    .toList();
        }
    }

    private final StoppedStore store;
    private final Map<RecordKind, Long> records = new EnumMap<>(RecordKind.class);
    private final Map<Long, long[]> settled = new HashMap<>();
    private final Shard whole = StoppedStore.newShard();
    private boolean complete;

    private StoreCheck(StoppedStore store) {
        this.store = store;
    }

    /** Reads all segments. */
    public static Result run(StoppedStore store) throws IOException {
        return new StoreCheck(store).run();
    }

    private Result run() throws IOException {
        read();
        List<DeviceView> devices = devices(store.shard());
        List<String> differences = new ArrayList<>();
        boolean whollyRead = store.damage().stream().allMatch(one -> one.reason() == Damage.Reason.TORN);
        if (complete && whollyRead) {
            compare(devices, differences);
        }
        return new Result(
                store.recovery().committed(),
                store.recovery().unclean(),
                complete,
                records,
                devices,
                store.unreadable(),
                store.damage(),
                differences);
    }

    private void read() throws IOException {
        long last = 0;
        try (JournalReader reader = store.reader()) {
            while (reader.next()) {
                JournalRecord record = reader.record();
                if (last == 0) {
                    complete = record.position() == 1;
                }
                last = record.position();
                records.merge(record.kind(), 1L, Long::sum);
                count(record);
                if (complete) {
                    Restore.replay(record, new OneShard(whole));
                }
            }
        }
        whole.beginAfterReplay();
    }

    private void count(JournalRecord record) {
        switch (record.kind()) {
            case FRAME, DESCRIPTION -> settled.computeIfAbsent(record.device(), id -> new long[2])[0]++;
            case REJECTED -> settled.computeIfAbsent(record.device(), id -> new long[2])[1]++;
            default -> {}
        }
    }

    private static List<DeviceView> devices(Shard shard) {
        return shard.devices(0, Integer.MAX_VALUE, true);
    }

    private void compare(List<DeviceView> devices, List<String> differences) {
        Map<Long, DeviceView> replayed = new HashMap<>();
        devices(whole).forEach(device -> replayed.put(device.id(), device));
        for (DeviceView device : devices) {
            long[] counts = settled.getOrDefault(device.id(), new long[2]);
            differ(device, "accepted", device.ledger().accepted(), counts[0], differences);
            differ(device, "rejected", device.ledger().rejected(), counts[1], differences);
            DeviceView again = replayed.remove(device.id());
            if (again == null) {
                differences.add(device.label() + ": it is in the snapshot but no record is about it");
            } else {
                new StateComparison(device, again, differences).run();
            }
        }
        replayed.values()
                .forEach(device -> differences.add(device.label() + ": records are about it but it is in no snapshot"));
    }

    private static void differ(DeviceView device, String what, long counted, long stored, List<String> to) {
        if (counted != stored) {
            to.add("%s: %d frames are counted as %s but %d are stored"
                    .formatted(device.label(), counted, what, stored));
        }
    }
}
