package dev.baliza.cli.bench;

import io.netty.channel.SingleThreadIoEventLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends frames that want acknowledgements, at a pace or as fast as they come, and at the end waits for those that are missing. Thread:
 * the loop.
 */
final class AckedLoop implements Runnable {
    private static final double BURST_SECONDS = 50e-6;
    private static final long RESEND_EVERY_NANOS = 50_000_000L;
    private static final long LAST_ANSWERS_NANOS = 10_000_000_000L;

    private final SingleThreadIoEventLoop loop;
    private final List<AckWindow> windows;
    private final double framesPerSecond;
    private final int burst;
    private final long nanos;
    /** Behind the tasks at hand, or sockets would wait for the end of the run. */
    private final Runnable again = this::enqueue;

    private final CompletableFuture<Offered> done = new CompletableFuture<>();
    private long start;
    private long sent;
    private long resendNanos;
    private int turn;

    /** @param framesPerSecond infinite: as many as are acknowledged */
    AckedLoop(SingleThreadIoEventLoop loop, List<AckWindow> windows, double framesPerSecond, long nanos) {
        this.loop = loop;
        this.windows = windows;
        this.framesPerSecond = framesPerSecond;
        this.nanos = nanos;
        burst = (int) Math.max(1, Math.min(1 << 16, framesPerSecond * BURST_SECONDS));
    }

    CompletableFuture<Offered> start() {
        loop.execute(() -> {
            start = System.nanoTime();
            resendNanos = start;
            run();
        });
        return done;
    }

    private void enqueue() {
        loop.execute(this);
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        if (now - resendNanos > RESEND_EVERY_NANOS) {
            resendNanos = now;
            windows.forEach(window -> window.resend(now));
        }
        long elapsed = now - start;
        if (elapsed < nanos) {
            send(elapsed);
        } else if (isOver(elapsed)) {
            return;
        }
        loop.executeAfterEventLoopIteration(again);
    }

    private void send(long elapsed) {
        double due = framesPerSecond * elapsed / 1e9 - sent;
        for (int blocked = 0; blocked < windows.size() && due >= burst; turn++) {
            long dueAt = framesPerSecond == Double.POSITIVE_INFINITY
                    ? start + elapsed
                    : start + (long) ((sent + 1) * 1e9 / framesPerSecond);
            int count = windows.get(turn % windows.size()).send(burst, dueAt);
            sent += count;
            due -= count;
            blocked = count == 0 ? blocked + 1 : 0;
            if (count > 0 && framesPerSecond == Double.POSITIVE_INFINITY && turn % windows.size() == 0) {
                return; // answers first
            }
        }
    }

    private boolean isOver(long elapsed) {
        boolean all = windows.stream().allMatch(window -> window.onTheWay() == 0);
        if (all) {
            done.complete(new Offered(sent, elapsed / 1e9));
        } else if (elapsed > nanos + LAST_ANSWERS_NANOS) {
            int missing = windows.stream().mapToInt(AckWindow::onTheWay).sum();
            String refusal = windows.stream().map(AckWindow::refusal).reduce("", String::concat);
            done.completeExceptionally(
                    new IOException(missing + " of " + sent + " frames were not acknowledged; " + refusal));
        }
        return done.isDone();
    }
}
