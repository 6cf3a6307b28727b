package dev.baliza.sim;

import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.sim.device.VirtualDevice;
import dev.baliza.sim.report.DeviceRun;
import dev.baliza.sim.report.ServerBooks;
import dev.baliza.sim.report.Summary;
import dev.baliza.sim.report.Verdict;
import dev.baliza.sim.scenario.Fault;
import dev.baliza.sim.scenario.Scenario;
import dev.baliza.sim.transport.NetworkStack;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run: opens the fleet, lets it measure, ends it in order, and compares. Thread: {@link #run} on the caller's; stop from any. */
public final class Simulation {
    private static final long TICK_MILLIS = 5;
    private static final int CONNECTS_PER_TICK = 20;
    private static final long FLUSH_SECONDS = 30;
    private static final long CLOSE_SECONDS = 15;
    private static final long VERDICT_PAUSE_MILLIS = 300;
    private static final int SAME_VERDICTS = 2;
    private static final int MAX_VERDICTS = 20;
    private static final long MAX_LATENCY_MICROS = TimeUnit.MINUTES.toMicros(10);

    /** The server's books before the run. */
    private record Before(ServerBooks.Totals totals, Map<Long, ServerBooks.Device> devices) {}

    private final Scenario scenario;
    private final Progress progress;
    private final Histogram ackLatency = new ConcurrentHistogram(MAX_LATENCY_MICROS, 3);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final CountDownLatch wake = new CountDownLatch(1);

    public Simulation(Scenario scenario, Progress progress) {
        this.scenario = scenario;
        this.progress = progress;
    }

    /** Ends the measuring early; the run still ends in order and is judged. */
    public void stop() {
        stopped.set(true);
        wake.countDown();
    }

    /**
     * Runs; Ctrl-C and SIGTERM end the measuring early, and the process waits until the run is reported.
     *
     * @param report takes the summary, on the caller's thread
     * @throws IOException the server's HTTP port cannot be reached
     */
    public Summary runUntilSignal(Consumer<Summary> report) throws IOException, InterruptedException {
        CountDownLatch reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(reported), "baliza-sim-stop"));
        try {
            Summary summary = run();
            report.accept(summary);
            return summary;
        } finally {
            reported.countDown();
        }
    }

    private void endInOrder(CountDownLatch reported) {
        interrupted.set(reported.getCount() > 0);
        stop();
        try {
            if (!reported.await(FLUSH_SECONDS + CLOSE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("baliza sim: the run did not end in time; no verdict");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a signal ended the run. */
    public boolean wasInterrupted() {
        return interrupted.get();
    }

    /**
     * Runs.
     *
     * @throws IOException the server's HTTP port cannot be reached
     * @throws IllegalStateException the simulator itself broke
     */
    public Summary run() throws IOException, InterruptedException {
        ServerBooks books = new ServerBooks(scenario.http());
        Before before = new Before(books.totals(), books.devices());
        try (NetworkStack stack =
                new NetworkStack(Math.max(1, Runtime.getRuntime().availableProcessors() / 2))) {
            List<SimulatedDevice> fleet = fleet(stack);
            List<EventLoop> loops = stack.loops();
            for (int i = 0; i < loops.size(); i++) {
                serve(loops.get(i), part(fleet, loops.get(i)));
            }
            progress.begin(scenario);
            measure(fleet, loops);
            failIfBroken();
            onEach(fleet, loops, one -> one.device().finish());
            waitFor(fleet, FLUSH_SECONDS, VirtualDevice.Phase.CLOSING);
            onEach(fleet, loops, one -> one.device().closeNow());
            waitFor(fleet, CLOSE_SECONDS, VirtualDevice.Phase.DONE);
            failIfBroken();
            List<DeviceRun> runs = new ArrayList<>();
            onEach(fleet, loops, one -> {
                synchronized (runs) {
                    runs.add(one.result());
                }
            });
            progress.end();
            Verdict verdict = settled(runs, before, books);
            onEach(fleet, loops, SimulatedDevice::close);
            return Summary.of(scenario, runs, verdict, ackLatency);
        }
    }

    /** Frames may still be on their way: an unbalanced verdict counts when it stays the same. */
    private Verdict settled(List<DeviceRun> runs, Before before, ServerBooks books)
            throws IOException, InterruptedException {
        Verdict verdict = judge(runs, before, books);
        for (int round = 0, same = 0; !verdict.balanced() && same < SAME_VERDICTS && round < MAX_VERDICTS; round++) {
            Thread.sleep(VERDICT_PAUSE_MILLIS);
            Verdict next = judge(runs, before, books);
            same = next.differences().equals(verdict.differences()) ? same + 1 : 0;
            verdict = next;
        }
        return verdict;
    }

    private Verdict judge(List<DeviceRun> runs, Before before, ServerBooks books)
            throws IOException, InterruptedException {
        boolean reliable = scenario.delivery() == Scenario.Delivery.RELIABLE;
        Map<Long, ServerBooks.Device> devices = books.devices();
        return new Verdict(reliable, runs, before.devices).judge(before.totals, books.totals(), devices);
    }

    private void failIfBroken() {
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the simulator itself failed; no verdict: " + cause, cause);
        }
    }

    private List<SimulatedDevice> fleet(NetworkStack stack) {
        SecureRandom fresh = new SecureRandom();
        List<FrameSealer> sealers =
                stack.loops().stream().map(l -> new FrameSealer()).toList();
        List<SimulatedDevice> fleet = new ArrayList<>();
        for (int i = 0; i < scenario.devices(); i++) {
            EventLoop loop = stack.loops().get(i % stack.loops().size());
            FrameSealer sealer = sealers.get(i % stack.loops().size());
            SimulatedDevice.Place place = new SimulatedDevice.Place(stack, loop, fresh, sealer, Simulation::nowMicros);
            fleet.add(new SimulatedDevice(scenario, i, 0, place, this::recordLatency));
            if (SimulatedDevice.isChosen(scenario, Fault.CLONE, i)) {
                fleet.add(new SimulatedDevice(scenario, i, 1, place, this::recordLatency));
            }
        }
        return fleet;
    }

    private void recordLatency(long micros) {
        ackLatency.recordValue(Math.min(micros, MAX_LATENCY_MICROS));
    }

    private static List<SimulatedDevice> part(List<SimulatedDevice> fleet, EventLoop loop) {
        return fleet.stream().filter(one -> one.loop() == loop).toList();
    }

    /** One tick for all devices of a loop; sockets are opened a few at a time. */
    private void serve(EventLoop loop, List<SimulatedDevice> devices) {
        int[] opened = {0};
        loop.scheduleAtFixedRate(
                () -> {
                    try {
                        long now = nowMicros();
                        for (int i = 0; i < CONNECTS_PER_TICK && opened[0] < devices.size(); i++) {
                            devices.get(opened[0]++).open();
                        }
                        devices.forEach(device -> device.tick(now));
                    } catch (RuntimeException | Error e) { // else the loop's devices would just fall silent
                        failure.compareAndSet(null, e);
                        stop();
                        throw e;
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void measure(List<SimulatedDevice> fleet, List<EventLoop> loops) throws InterruptedException {
        long end = System.nanoTime() + scenario.duration().toNanos();
        for (long left = end - System.nanoTime(); left > 0 && !stopped.get(); left = end - System.nanoTime()) {
            if (wake.await(Math.min(left, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS)) {
                return;
            }
            long[] sent = {0, 0};
            onEach(fleet, loops, one -> {
                synchronized (sent) {
                    sent[0] += one.device().transmissions();
                    sent[1] += one.device().wasWelcomed() ? 1 : 0;
                }
            });
            progress.line(sent[1], sent[0], ackLatency);
        }
    }

    private void waitFor(List<SimulatedDevice> fleet, long seconds, VirtualDevice.Phase wanted)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        CountDownLatch never = new CountDownLatch(1);
        while (System.nanoTime() < end
                && fleet.stream().anyMatch(one -> one.device().phase().compareTo(wanted) < 0)) {
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static void onEach(List<SimulatedDevice> fleet, List<EventLoop> loops, Consumer<SimulatedDevice> action) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            List<SimulatedDevice> part = part(fleet, loops.get(i));
            done.add(CompletableFuture.runAsync(() -> part.forEach(action), loops.get(i)));
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new)).join();
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
