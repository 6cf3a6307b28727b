package dev.baliza.server.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions of a shard, by id; they stay. Thread: its shard's. Limits: {@code maxDevices}; operators come on top, one for each key. */
final class SessionTable {
    private static final int FIRST_SLOTS = 16;

    /** In the order in which they came. */
    private final List<Session> sessions = new ArrayList<>();
    /** Open addressing, at most half full: the frame's path makes no object to find its session. */
    private @Nullable Session[] slots = new Session[FIRST_SLOTS];

    private long[] ids = new long[FIRST_SLOTS];
    /** Senders choose their ids; which of them share a slot they cannot know. */
    private final long key = ThreadLocalRandom.current().nextLong();

    private final NameRegistry names;
    private final int maxDevices;

    SessionTable(NameRegistry names, int maxDevices) {
        this.names = names;
        this.maxDevices = maxDevices;
    }

    /** The finalizer of MurmurHash3: all bits of the result depend on all of the argument. */
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ mixed >>> 33;
    }

    @Nullable
    Session get(long id) {
        return slots[slotOf(id)];
    }

    /** Only of a device that has none. */
    void add(Session session) {
        sessions.add(session);
        if (sessions.size() * 2 > slots.length) {
            slots = new Session[slots.length * 2];
            ids = new long[slots.length];
            sessions.forEach(this::place);
        } else {
            place(session);
        }
    }

    private void place(Session session) {
        int slot = slotOf(session.id());
        slots[slot] = session;
        ids[slot] = session.id();
    }

    /** Where the session of this device is, or would be. */
    private int slotOf(long id) {
        int mask = slots.length - 1;
        int slot = (int) mixed(id ^ key) & mask;
        while (slots[slot] != null && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    boolean hasRoom() {
        return sessions.size() < maxDevices;
    }

    /** Operators' too. */
    List<Session> all() {
        return sessions;
    }

    Stream<Session> devices() {
        return sessions.stream().filter(session -> !session.isOfOperator());
    }

    /** In unsigned order, those behind an id. */
    Stream<Session> devicesAfter(long id) {
        return devices()
                .filter(session -> Long.compareUnsigned(session.id(), id) > 0)
                .sorted(Comparator.comparing(Session::id, Long::compareUnsigned));
    }

    /** The device with this id, or null. */
    @Nullable
    Session device(long id) {
        Session session = get(id);
        return session == null || session.isOfOperator() ? null : session;
    }

    /** The device that goes by this name in the whole server, if it lives here. */
    @Nullable
    Session owner(String name) {
        Long id = names.owner(name);
        return id == null ? null : device(id);
    }

    List<Long> ids() {
        return sessions.stream().map(Session::id).toList();
    }
}
