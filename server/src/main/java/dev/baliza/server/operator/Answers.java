package dev.baliza.server.operator;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked and answered lately, so that a request that comes again is not executed again. Thread: any. Limits: 64 requests and
 * 4 MiB of answers for each of 1,000 operators. Spec: SPEC §16.2.2.
 */
final class Answers {
    private static final int MAX_REQUESTS = 64;
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_OPERATORS = 1_000;

    /** What a request is, seen from here. */
    enum State {
        /** To be executed by the caller, who says its answer. */
        NEW,
        /** Its answer is not there yet. */
        RUNNING,
        ANSWERED,
        /** Its number belongs to another request. */
        OTHER,
        /** All 64 requests of the operator are under way. */
        FULL
    }

    /** @param answer when it is answered */
    record Claim(State state, @Nullable Answer answer) {}

    private static final class Entry {
        private final String operation;
        private final String arguments;
        private @Nullable Answer answer;

        Entry(Message.Admin request) {
            operation = request.operation();
            arguments = request.arguments();
        }

        boolean is(Message.Admin request) {
            return operation.equals(request.operation()) && arguments.equals(request.arguments());
        }
    }

    private final Map<Long, Map<Long, Entry>> operators = new HashMap<>();

    /** A request came. */
    synchronized Claim claim(long operator, Message.Admin request) {
        Map<Long, Entry> own = operators.get(operator);
        if (own == null) {
            if (operators.size() == MAX_OPERATORS) {
                return new Claim(State.FULL, null);
            }
            own = new LinkedHashMap<>();
            operators.put(operator, own);
        }
        Entry known = own.get(request.request());
        if (known != null) {
            Answer answer = known.answer;
            State state = !known.is(request) ? State.OTHER : answer == null ? State.RUNNING : State.ANSWERED;
            return new Claim(state, answer);
        }
        if (own.size() == MAX_REQUESTS && !forgetOldest(own)) {
            return new Claim(State.FULL, null);
        }
        own.put(request.request(), new Entry(request));
        return new Claim(State.NEW, null);
    }

    private static boolean forgetOldest(Map<Long, Entry> own) {
        for (Iterator<Entry> oldest = own.values().iterator(); oldest.hasNext(); ) {
            if (oldest.next().answer != null) {
                oldest.remove();
                return true;
            }
        }
        return false;
    }

    /** A request that was NEW has its answer. */
    synchronized void answered(long operator, long request, Answer answer) {
        Map<Long, Entry> own = operators.get(operator);
        Entry entry = own == null ? null : own.get(request);
        if (own == null || entry == null) {
            throw new IllegalStateException("nobody asked");
        }
        entry.answer = answer;
        long bytes = 0;
        for (Entry one : own.values()) {
            bytes += one.answer == null ? 0 : one.answer.bytes();
        }
        for (Iterator<Entry> oldest = own.values().iterator(); bytes > MAX_BYTES && oldest.hasNext(); ) {
            Entry one = oldest.next();
            if (one != entry && one.answer != null) {
                bytes -= one.answer.bytes();
                one.answer = Answer.not(
                        AdminStatus.REFUSED,
                        "this was answered, but the answer is kept no more; ask again as a new request");
                bytes += one.answer.bytes();
            }
        }
    }

    /** A request that was NEW was not executed: it may come again. */
    synchronized void dropped(long operator, long request) {
        Map<Long, Entry> own = operators.get(operator);
        if (own != null) {
            own.remove(request);
        }
    }
}
