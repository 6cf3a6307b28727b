package dev.baliza.server.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions of a shard, by id; they stay. Thread: its shard's. Limits: {@code maxDevices}; operators come on top, one for each key. */
final class SessionTable {
    private final Map<Long, Session> sessions = new HashMap<>();
    private final NameRegistry names;
    private final int maxDevices;

    SessionTable(NameRegistry names, int maxDevices) {
        this.names = names;
        this.maxDevices = maxDevices;
    }

    @Nullable
    Session get(long id) {
        return sessions.get(id);
    }

    void add(Session session) {
        sessions.put(session.id(), session);
    }

    boolean hasRoom() {
        return sessions.size() < maxDevices;
    }

    /** Operators' too. */
    Collection<Session> all() {
        return sessions.values();
    }

    Stream<Session> devices() {
        return sessions.values().stream().filter(session -> !session.isOfOperator());
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
        Session session = sessions.get(id);
        return session == null || session.isOfOperator() ? null : session;
    }

    /** The device that goes by this name in the whole server, if it lives here. */
    @Nullable
    Session owner(String name) {
        Long id = names.owner(name);
        return id == null ? null : device(id);
    }

    List<Long> ids() {
        return List.copyOf(sessions.keySet());
    }
}
