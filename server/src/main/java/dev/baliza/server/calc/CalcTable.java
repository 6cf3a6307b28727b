package dev.baliza.server.calc;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Token;
import dev.baliza.protocol.CalcResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sessions of all senders. Time is an argument. Confined to one thread. Limits: 1,024 sessions, 16 of one sender; the one that was silent
 * longest goes first. Spec: SPEC §15.1.1, §15.2.3.
 */
final class CalcTable {
    static final int SESSIONS = 1_024;
    static final int SESSIONS_PER_SENDER = 16;
    static final long IDLE_MICROS = 60_000_000;

    /** @param sender a device's id, or the address of one that is no device */
    private record Key(Object sender, long session) {}

    private final CalcSession.Readings readings;
    private final Map<Key, CalcSession> sessions = new LinkedHashMap<>(16, 0.75f, true);

    CalcTable(CalcSession.Readings readings) {
        this.readings = readings;
    }

    CalcMessage.Answer take(Object sender, Token token, long nowMicros) {
        expire(nowMicros);
        Key key = new Key(sender, token.session());
        CalcSession session = sessions.get(key);
        if (session == null && token.token() != 0) {
            String text = "this session is not known, or not any more; begin another with token 0";
            return new CalcMessage.Answer(
                    token.session(), token.token(), CalcResult.UNKNOWN_SESSION.code(), 0, 0, text);
        }
        if (session == null) {
            makeRoom(sender);
            session = new CalcSession(readings);
            sessions.put(key, session);
        }
        session.heard(nowMicros);
        return session.take(token);
    }

    /** The first ones are silent longest. */
    private void expire(long nowMicros) {
        for (Iterator<CalcSession> it = sessions.values().iterator(); it.hasNext(); ) {
            if (nowMicros - it.next().heardMicros() <= IDLE_MICROS) {
                return;
            }
            it.remove();
        }
    }

    private void makeRoom(Object sender) {
        long own =
                sessions.keySet().stream().filter(k -> k.sender.equals(sender)).count();
        boolean full = sessions.size() >= SESSIONS;
        if (full || own >= SESSIONS_PER_SENDER) {
            sessions.keySet().stream()
                    .filter(k -> full || k.sender.equals(sender))
                    .findFirst()
                    .ifPresent(sessions::remove);
        }
    }

    int size() {
        return sessions.size();
    }
}
