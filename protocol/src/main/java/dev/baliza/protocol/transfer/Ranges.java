package dev.baliza.protocol.transfer;

import dev.baliza.protocol.FileRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of bytes of a file, as few ranges as can say it. Confined to one thread. Limits: those of its user; see {@link #count}. */
public final class Ranges {
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private long bytes;

    /** Adds bytes; those that are in it already do no harm. */
    public void add(long from, long to) {
        if (to <= from) {
            return;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ends.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ends.ceilingEntry(start);
                next != null && next.getKey() <= end;
                next = ends.ceilingEntry(start)) {
            end = Math.max(end, next.getValue());
            bytes -= next.getValue() - next.getKey();
            ends.remove(next.getKey());
        }
        ends.put(start, end);
        bytes += end - start;
    }

    /** Takes bytes out; those that are not in it do no harm. */
    public void remove(long from, long to) {
        for (FileRange in : within(from, to)) {
            Map.Entry<Long, Long> whole = ends.floorEntry(in.from());
            if (whole == null) {
                throw new IllegalStateException("a range lies within none");
            }
            ends.remove(whole.getKey());
            bytes -= in.bytes();
            if (whole.getKey() < in.from()) {
                ends.put(whole.getKey(), in.from());
            }
            if (whole.getValue() > in.to()) {
                ends.put(in.to(), whole.getValue());
            }
        }
    }

    public void clear() {
        ends.clear();
        bytes = 0;
    }

    /** How many bytes it has. */
    public long bytes() {
        return bytes;
    }

    /** How many ranges it takes to say them. */
    public int count() {
        return ends.size();
    }

    public boolean isEmpty() {
        return ends.isEmpty();
    }

    /** The lowest of its ranges; null when it is empty. */
    public @Nullable FileRange first() {
        Map.Entry<Long, Long> first = ends.firstEntry();
        return first == null ? null : new FileRange(first.getKey(), first.getValue());
    }

    /** Whether all these bytes are in it. */
    public boolean contains(long from, long to) {
        Map.Entry<Long, Long> at = ends.floorEntry(from);
        return at != null && at.getValue() >= to;
    }

    /** Whether any of these bytes is in it. */
    public boolean touches(long from, long to) {
        Map.Entry<Long, Long> below = ends.lowerEntry(to);
        return below != null && below.getValue() > from;
    }

    /** What it has of these bytes, rising. */
    public List<FileRange> within(long from, long to) {
        List<FileRange> found = new ArrayList<>();
        Long first = ends.floorKey(from);
        for (Map.Entry<Long, Long> each : ends.subMap(first == null ? from : first, true, Math.max(to, from), false)
                .entrySet()) {
            long start = Math.max(from, each.getKey());
            long end = Math.min(to, each.getValue());
            if (start < end) {
                found.add(new FileRange(start, end));
            }
        }
        return found;
    }

    /** What it lacks of these bytes, rising; at most so many ranges. */
    public List<FileRange> gaps(long from, long to, int most) {
        List<FileRange> gaps = new ArrayList<>();
        long at = from;
        Map.Entry<Long, Long> here = ends.floorEntry(from);
        if (here != null) {
            at = Math.max(at, here.getValue());
        }
        while (at < to && gaps.size() < most) {
            Map.Entry<Long, Long> next = ends.ceilingEntry(at);
            long end = next == null ? to : Math.min(to, next.getKey());
            if (end > at) {
                gaps.add(new FileRange(at, end));
            }
            at = next == null ? to : next.getValue();
        }
        return gaps;
    }

    /** All of it, rising. */
    public List<FileRange> all() {
        return ends.entrySet().stream()
                .map(each -> new FileRange(each.getKey(), each.getValue()))
                .toList();
    }

    @Override
    public String toString() {
        return "Ranges" + ends;
    }
}
