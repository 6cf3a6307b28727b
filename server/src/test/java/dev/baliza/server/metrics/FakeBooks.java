package dev.baliza.server.metrics;

import dev.baliza.server.books.Books;
import dev.baliza.server.books.ClockSample;
import dev.baliza.server.books.ClockView;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Received;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.books.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Books with what a test puts in. Thread: any, after the test has put it in. */
public final class FakeBooks implements Books {
    public final List<Sample> samples = new ArrayList<>();
    public final List<ClockSample> clocks =
            new ArrayList<>(List.of(new ClockSample("lab-1", new ClockView(1.5, 0.002, 20.0))));
    public final List<HistogramView> histograms = new ArrayList<>();
    public final List<DeviceView> devices = new ArrayList<>();
    public Map<String, Long> gauges = Map.of("devices", 2L, "series", 3L);
    public Map<String, Long> events = Map.of("unknown_extension", 1L);
    public LedgerTotals ledger = new LedgerTotals(100, 80, 2, 3, 5, 10, 1, 0);

    /** What {@link #snapshot} answers. */
    public Supplier<CompletableFuture<Snapshot>> answer = () -> CompletableFuture.completedFuture(now());

    public Snapshot now() {
        return new Snapshot(
                new Received(90, Map.of(Transport.UDP, 91L), Map.of(Transport.UDP, 87L)),
                Map.of(Transport.UDP, Map.of(Outcome.ACCEPTED, 80L, Outcome.DUPLICATE, 7L)),
                Map.of(Transport.UDP, Map.of(FrameFault.BAD_CHECKSUM, 4L)),
                Map.of(DatagramOutcome.PARSED, 90L),
                Map.of(Transport.UDP, 800L),
                Map.of(SkipReason.NAN, 6L),
                Map.of(SeriesRefusal.UNIT, 3L),
                Map.of("jump", 1L),
                Map.of("BAD_VALUE", 2L),
                events,
                gauges,
                9,
                ledger,
                0,
                List.copyOf(samples),
                List.copyOf(histograms),
                List.copyOf(clocks));
    }

    public final List<TalkView> talks = new ArrayList<>();

    @Override
    public CompletableFuture<Snapshot> snapshot() {
        return answer.get();
    }

    @Override
    public CompletableFuture<List<DeviceView>> devices(long after, int limit, boolean withSeries) {
        return CompletableFuture.completedFuture(devices.stream()
                .filter(device -> after == 0 || Long.compareUnsigned(device.id(), after) > 0)
                .sorted((a, b) -> Long.compareUnsigned(a.id(), b.id()))
                .limit(limit)
                .toList());
    }

    @Override
    public CompletableFuture<Optional<DeviceView>> device(String labelOrHex) {
        return CompletableFuture.completedFuture(devices.stream()
                .filter(device -> device.label().equals(labelOrHex)
                        || String.format("%016x", device.id()).equals(labelOrHex))
                .findFirst());
    }

    @Override
    public CompletableFuture<Optional<TalkView>> talk(String labelOrHex) {
        return CompletableFuture.completedFuture(
                talks.stream().filter(talk -> talk.device().equals(labelOrHex)).findFirst());
    }
}
