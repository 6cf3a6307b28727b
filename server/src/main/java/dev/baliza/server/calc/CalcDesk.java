package dev.baliza.server.calc;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcResult;
import dev.baliza.protocol.Limits;
import dev.baliza.server.books.Books;
import dev.baliza.server.session.Desk;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.ReturnPath;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Serves calculations, on a thread that may wait for other shards. Thread: any. Limits: 1,024 tokens wait; more get BUSY. Spec: SPEC §15. */
public final class CalcDesk implements Desk, AutoCloseable {
    private static final int QUEUE = 1_024;
    private static final int ANSWER_BYTES = Limits.MIN_FRAME_BYTES + 21;
    private static final int MAX_TEXT_BYTES = 200;

    private final ThreadPoolExecutor thread;
    private final ReturnPath back;
    private final LongSupplier clockMicros;
    private final CalcTable table;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong shed = new AtomicLong();
    private final AtomicLong withheld = new AtomicLong();

    public CalcDesk(Books books, ReturnPath back, LongSupplier clockMicros) {
        this.back = back;
        this.clockMicros = clockMicros;
        table = new CalcTable(new LiveReadings(books, clockMicros));
        thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
            Thread made = new Thread(task, "baliza-calc");
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void serve(Errand errand) {
        if (!(errand.message() instanceof CalcMessage.Token token)) {
            throw new IllegalArgumentException("no token");
        }
        try {
            thread.execute(() -> {
                Object sender = errand.device() == 0 ? errand.peer().address() : (Object) errand.device();
                answer(errand, table.take(sender, token, clockMicros.getAsLong()));
            });
        } catch (RejectedExecutionException e) {
            shed.incrementAndGet();
            answer(errand, new CalcMessage.Answer(token.session(), token.token(), CalcResult.BUSY.code(), 0, 0, ""));
        }
    }

    private void answer(Errand to, CalcMessage.Answer answer) {
        (answer.result() == CalcResult.OK.code() ? applied : failed).incrementAndGet();
        if (to.budget() < ANSWER_BYTES) {
            withheld.incrementAndGet();
            return;
        }
        int room = (int) Math.min(MAX_TEXT_BYTES, to.budget() - ANSWER_BYTES);
        String text = answer.text();
        while (text.getBytes(StandardCharsets.UTF_8).length > room) {
            text = text.substring(0, text.length() - 1);
        }
        back.answer(
                to,
                new CalcMessage.Answer(
                        answer.session(), answer.token(), answer.result(), answer.depth(), answer.value(), text));
    }

    /** What was counted, by the names of {@code baliza_events_total}. */
    public Map<String, Long> events() {
        Map<String, Long> events = new TreeMap<>();
        events.put("calc_applied", applied.get());
        events.put("calc_failed", failed.get());
        events.put("calc_shed", shed.get());
        events.put("calc_answer_withheld", withheld.get());
        return events;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
