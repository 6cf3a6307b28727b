package dev.baliza.cli.bench;

import io.netty.channel.SingleThreadIoEventLoop;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends at a given pace, whatever becomes of it. Each turn ends one iteration of the event loop, so that sockets are served in between. Thread: the
 * loop.
 */
final class OpenLoop implements Runnable {
    /** Frames of so long leave together: enough to batch, too little for a burst that fills a socket. */
    private static final double BURST_SECONDS = 50e-6;

    private static final int WRITES_PER_TURN = 8;

    private final SingleThreadIoEventLoop loop;
    private final List<Lane> lanes;
    private final double framesPerSecond;
    private final int burst;
    private final long nanos;
    /** Behind the tasks at hand, or sockets would wait for the end of the run. */
    private final Runnable again = this::enqueue;

    private final CompletableFuture<Offered> done = new CompletableFuture<>();
    private long start;
    private long sent;
    private int turn;

    /** @param framesPerSecond infinite: as fast as it goes */
    OpenLoop(SingleThreadIoEventLoop loop, List<Lane> lanes, double framesPerSecond, long nanos) {
        this.loop = loop;
        this.lanes = lanes;
        this.framesPerSecond = framesPerSecond;
        this.nanos = nanos;
        burst = (int) Math.max(1, Math.min(1 << 16, framesPerSecond * BURST_SECONDS));
    }

    CompletableFuture<Offered> start() {
        loop.execute(() -> {
            start = System.nanoTime();
            run();
        });
        return done;
    }

    private void enqueue() {
        loop.execute(this);
    }

    @Override
    public void run() {
        long elapsed = System.nanoTime() - start;
        if (elapsed >= nanos) {
            finish(elapsed);
            return;
        }
        double due = framesPerSecond * elapsed / 1e9 - sent;
        int blocked = 0;
        for (int writes = 0; writes < WRITES_PER_TURN && due >= 1 && blocked < lanes.size(); turn++) {
            Lane lane = lanes.get(turn % lanes.size());
            if (!lane.isReady()) {
                blocked++;
                continue;
            }
            if (due < Math.min(burst, lane.most())) {
                break;
            }
            int count = lane.send(burst);
            sent += count;
            due -= count;
            blocked = 0;
            writes++;
        }
        loop.executeAfterEventLoopIteration(again);
    }

    private void finish(long elapsed) {
        if (!lanes.stream().map(Lane::isReady).reduce(true, Boolean::logicalAnd)) {
            loop.executeAfterEventLoopIteration(again);
            return;
        }
        for (Lane lane : lanes) {
            if (lane.failure() != null) {
                done.completeExceptionally(new IOException("the load could not be sent", lane.failure()));
            }
        }
        done.complete(new Offered(sent, elapsed / 1e9));
    }
}
