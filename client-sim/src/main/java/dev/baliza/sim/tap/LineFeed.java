package dev.baliza.sim.tap;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The lines of an endless answer, for a thread that waits with a time limit. Limits: it asks for a line when one was taken. */
final class LineFeed implements Flow.Subscriber<String> {
    private static final int AHEAD = 64;
    /** Stands for the end; no line of JSON looks so. */
    static final String END = "end of the answer";

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(AHEAD + 1);
    private volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(AHEAD);
    }

    @Override
    public void onNext(String line) {
        lines.add(line);
    }

    @Override
    public void onError(Throwable failure) {
        lines.add(END);
    }

    @Override
    public void onComplete() {
        lines.add(END);
    }

    /** The next line, {@link #END}, or null when none came within the time. */
    @Nullable
    String next(long nanos) throws InterruptedException {
        String line = lines.poll(nanos, TimeUnit.NANOSECONDS);
        Flow.Subscription from = subscription;
        if (line != null && from != null) {
            from.request(1);
        }
        return line;
    }

    /** Whether the head of the answer came. */
    boolean begun() {
        return subscription != null;
    }

    void cancel() {
        Flow.Subscription from = subscription;
        if (from != null) {
            from.cancel();
        }
    }
}
