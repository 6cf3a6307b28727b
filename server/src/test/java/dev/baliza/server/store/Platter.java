package dev.baliza.server.store;

import dev.baliza.protocol.BootNonce;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is on the platter of a {@link SimulatedDisk}: the records that a loss of power would leave now, and those that stood in segments
 * since deleted. It reads by STORE §3 and §6 alone, with nothing of the server's but offsets, so that it can witness against it.
 */
public final class Platter {
    /** A record that counts. */
    public record Kept(
            long position,
            RecordKind kind,
            int code,
            long device,
            long epoch,
            long seq,
            long arrivalMicros,
            ByteBuffer payload) {}

    private record Identity(long device, long epoch, long seq) {}

    private record Given(long device, long epoch) {}

    private final SimulatedDisk disk;
    private final RecordSum sum = new RecordSum();
    private final NavigableMap<Long, Kept> records = new TreeMap<>();
    private final Map<Identity, Integer> frames = new HashMap<>();
    private final Map<Long, Long> framesOfDevice = new HashMap<>();
    private final Map<Given, BootNonce> grants = new HashMap<>();
    private @Nullable SegmentName segment;
    private long offset;
    private long seen = -1;

    public Platter(SimulatedDisk disk) {
        this.disk = disk;
    }

    /** Whether a record settles this number. */
    public boolean holds(long device, long epoch, long seq) {
        look();
        return frames.getOrDefault(new Identity(device, epoch, seq), 0) > 0;
    }

    /** How many frames of a device were settled. */
    public long frames(long device) {
        look();
        return framesOfDevice.getOrDefault(device, 0L);
    }

    /** The boot that an epoch was given to, if to one. */
    public @Nullable BootNonce boot(long device, long epoch) {
        look();
        return grants.get(new Given(device, epoch));
    }

    /** Position of the last record; 0 when there is none. */
    public long last() {
        look();
        return records.isEmpty() ? 0 : records.lastKey();
    }

    /** The record at this position, or null. */
    public @Nullable Kept record(long position) {
        look();
        return records.get(position);
    }

    /** All records in their order. */
    public Collection<Kept> records() {
        look();
        return records.values();
    }

    private void look() {
        if (seen == disk.syncs()) {
            return;
        }
        seen = disk.syncs();
        List<SegmentName> names = new ArrayList<>();
        for (String file : disk.durableNames()) {
            SegmentName name = SegmentName.parse(file);
            if (name != null && (segment == null || name.number() >= segment.number())) {
                names.add(name);
            }
        }
        names.sort(Comparator.comparingLong(SegmentName::number));
        for (SegmentName name : names) {
            if (!name.equals(segment)) {
                setAside(name.first());
                segment = name;
                offset = SegmentHeader.BYTES;
            }
            read(name);
        }
    }

    /** Records from this position on are not to be looked at in segments before the one that begins with it. */
    private void setAside(long first) {
        NavigableMap<Long, Kept> aside = records.tailMap(first, true);
        aside.values().forEach(record -> count(record, -1));
        aside.clear();
    }

    private void read(SegmentName name) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.durable(name.file()));
        long expected = Math.max(name.first(), records.isEmpty() ? 0 : records.lastKey() + 1);
        while (offset + RecordLayout.HEAD_BYTES <= bytes.capacity()) {
            int at = (int) offset;
            int length = bytes.getInt(at + RecordLayout.LENGTH_OFFSET);
            if (length < RecordLayout.HEAD_BYTES
                    || length > bytes.capacity() - at
                    || bytes.getLong(at + RecordLayout.POSITION_OFFSET) != expected
                    || bytes.getInt(at + RecordLayout.CHECKSUM_OFFSET) != sum.of(bytes, at, length, name.salt())) {
                return;
            }
            bytes.clear();
            keep(new JournalRecord().wrap(bytes, at));
            expected++;
            offset += length;
        }
    }

    private void keep(JournalRecord record) {
        byte[] payload = new byte[record.payload().remaining()];
        record.payload().get(payload);
        RecordKind kind = Objects.requireNonNull(RecordKind.of(record.kindNumber()));
        Kept kept = new Kept(
                record.position(),
                kind,
                record.code(),
                record.device(),
                record.epoch(),
                record.seq(),
                record.arrivalMicros(),
                ByteBuffer.wrap(payload).asReadOnlyBuffer());
        records.put(kept.position(), kept);
        count(kept, 1);
    }

    private void count(Kept record, int by) {
        switch (record.kind()) {
            case FRAME, DESCRIPTION, REJECTED -> {
                frames.merge(new Identity(record.device(), record.epoch(), record.seq()), by, Integer::sum);
                framesOfDevice.merge(record.device(), (long) by, Long::sum);
            }
            case EPOCH -> {
                Given given = new Given(record.device(), record.epoch());
                if (by > 0) {
                    grants.put(
                            given, EpochGrant.read(record.payload().duplicate()).boot());
                } else {
                    grants.remove(given);
                }
            }
            default -> {}
        }
    }
}
