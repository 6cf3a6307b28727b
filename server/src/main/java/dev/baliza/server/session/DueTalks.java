package dev.baliza.server.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The conversations in which something waits, the earliest due first, so that nobody looks at the others. Thread: a shard's. Limits:
 * each conversation is here once at most.
 */
final class DueTalks {
    private static final Comparator<Talk> EARLIEST_FIRST =
            Comparator.comparingLong(Talk::dueMicros).thenComparingLong(Talk::device);

    private final TreeSet<Talk> queue = new TreeSet<>(EARLIEST_FIRST);

    /** Before its due time changes. */
    void remove(Talk talk) {
        queue.remove(talk);
    }

    void add(Talk talk) {
        queue.add(talk);
    }

    /** Takes out all that are due. */
    List<Talk> take(long nowMicros) {
        List<Talk> due = new ArrayList<>();
        while (!queue.isEmpty() && queue.first().dueMicros() <= nowMicros) {
            Talk first = queue.first();
            queue.remove(first);
            first.taken();
            due.add(first);
        }
        return due;
    }

    int size() {
        return queue.size();
    }
}
