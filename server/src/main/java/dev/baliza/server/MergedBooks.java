package dev.baliza.server;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.ClockSample;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.DescribedDevice;
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
import dev.baliza.server.tap.TapHub;
import dev.baliza.server.transport.LoopBooks;
import dev.baliza.server.transport.ShardLoop;
import dev.baliza.server.transport.TcpListener;
import dev.baliza.server.transport.UdpListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks every shard on its own loop and adds up what they say. Thread: any; futures complete on a loop. */
final class MergedBooks implements Books {
    private final List<ShardLoop> loops;
    private final Families families;
    private final TapHub taps;
    private final List<Supplier<Map<String, Long>>> moreEvents = new CopyOnWriteArrayList<>();
    private final List<Supplier<Map<String, Long>>> moreGauges = new CopyOnWriteArrayList<>();
    private volatile @Nullable TcpListener tcp;
    private volatile @Nullable UdpListener udp;
    private volatile Supplier<Optional<TlsContext>> certificate = Optional::empty;

    MergedBooks(List<ShardLoop> loops, Families families, TapHub taps) {
        this.loops = List.copyOf(loops);
        this.families = families;
        this.taps = taps;
    }

    void countConnectionsOf(TcpListener listener) {
        tcp = listener;
    }

    /** Shows what a part of the server beside the shards counts. */
    void include(Supplier<Map<String, Long>> events, Supplier<Map<String, Long>> gauges) {
        moreEvents.add(events);
        moreGauges.add(gauges);
    }

    void showBuffersOf(UdpListener listener) {
        udp = listener;
    }

    void showCertificate(Supplier<Optional<TlsContext>> inForce) {
        certificate = inForce;
    }

    @Override
    public CompletableFuture<Snapshot> snapshot() {
        return all(loops.stream().map(ShardLoop::askForBooks).toList()).thenApply(this::merge);
    }

    @Override
    public CompletableFuture<List<DeviceView>> devices(long after, int limit, boolean withSeries) {
        return ask(loop -> loop.shard().devices(after, limit, withSeries))
                .thenApply(parts -> parts.stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparing(DeviceView::id, Long::compareUnsigned))
                        .limit(limit)
                        .toList());
    }

    @Override
    public CompletableFuture<Optional<DeviceView>> device(String labelOrHex) {
        return ask(loop -> loop.shard().device(labelOrHex))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    @Override
    public CompletableFuture<Optional<TalkView>> talk(String labelOrHex) {
        return ask(loop -> loop.shard().talk(labelOrHex))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    /** One device and what describes its rows, named as for {@link #device}. */
    CompletableFuture<Optional<DescribedDevice>> described(String labelOrHex) {
        return ask(loop -> loop.shard().described(labelOrHex))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    private <T> CompletableFuture<List<T>> ask(Function<ShardLoop, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (ShardLoop loop : loops) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            answers.add(answer);
            loop.run(() -> {
                try {
                    answer.complete(question.apply(loop));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        }
        return all(answers);
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    private Snapshot merge(List<LoopBooks> parts) {
        Map<Transport, Map<Outcome, Long>> frames = new EnumMap<>(Transport.class);
        Map<Transport, Map<FrameFault, Long>> faults = new EnumMap<>(Transport.class);
        Map<DatagramOutcome, Long> datagrams = new EnumMap<>(DatagramOutcome.class);
        Map<Transport, Long> readings = new EnumMap<>(Transport.class);
        Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
        Map<SeriesRefusal, Long> seriesRefused = new EnumMap<>(SeriesRefusal.class);
        Map<String, Long> refused = new TreeMap<>();
        Map<String, Long> rejected = new TreeMap<>();
        Map<String, Long> events = new TreeMap<>();
        List<Sample> samples = new ArrayList<>();
        List<ClockSample> clocks = new ArrayList<>();
        LedgerTotals ledger = LedgerTotals.ZERO;
        Received received = Received.NOTHING;
        long imbalance = 0;
        long handOver = 0;
        long pending = 0;
        long devices = 0;
        long streamErrors = 0;
        long stale = 0;
        long kernelDrops = 0;
        for (LoopBooks part : parts) {
            part.shard()
                    .outcomes()
                    .forEach((t, m) -> add(frames.computeIfAbsent(t, x -> new EnumMap<>(Outcome.class)), m));
            part.faults().forEach((t, m) -> add(faults.computeIfAbsent(t, x -> new EnumMap<>(FrameFault.class)), m));
            received = received.plus(part.received());
            add(datagrams, part.datagrams());
            add(readings, part.shard().readings());
            add(skipped, part.shard().skipped());
            add(seriesRefused, part.shard().seriesRefused());
            add(refused, part.shard().refused());
            add(rejected, part.shard().rejected());
            add(events, part.shard().events());
            samples.addAll(part.shard().samples());
            clocks.addAll(part.shard().clocks());
            ledger = ledger.plus(part.shard().ledger());
            imbalance += part.residual() + part.shard().residual();
            pending += part.shard().pending();
            handOver += part.handOver();
            devices += part.shard().devices();
            streamErrors += part.streamErrors();
            stale += part.shard().staleSeries();
            kernelDrops += part.kernelDrops();
        }
        TcpListener listener = tcp;
        events.put("stream_errors", streamErrors);
        events.put("connections_refused", listener == null ? 0 : listener.refused());
        events.put("connections_denied", listener == null ? 0 : listener.denied());
        events.put("connections_overdue", listener == null ? 0 : listener.overdue());
        events.put("taps_refused", taps.refused());
        events.put("tap_events_lost", taps.lost());
        moreEvents.forEach(more -> events.putAll(more.get()));
        Map<String, Long> gauges = new TreeMap<>();
        moreGauges.forEach(more -> gauges.putAll(more.get()));
        gauges.put("taps", (long) taps.taps());
        gauges.put("devices", devices);
        gauges.put("series", (long) families.seriesCount());
        gauges.put("series_stale", stale);
        gauges.put("handover_frames", handOver);
        gauges.put("pending_frames", pending);
        gauges.put("tcp_connections", listener == null ? 0L : listener.connections());
        UdpListener sockets = udp;
        if (sockets != null) {
            gauges.put("udp_receive_buffer_asked_bytes", (long) sockets.askedBytes());
            gauges.put("udp_receive_buffer_granted_bytes", (long) sockets.receiveBufferBytes());
        }
        certificate
                .get()
                .ifPresent(tls -> gauges.put(
                        "tls_certificate_expiry_timestamp_seconds", tls.expiry().getEpochSecond()));
        return new Snapshot(
                received,
                frames,
                faults,
                datagrams,
                readings,
                skipped,
                seriesRefused,
                refused,
                rejected,
                events,
                gauges,
                kernelDrops,
                ledger,
                imbalance,
                samples,
                mergeHistograms(parts),
                clocks);
    }

    private static <K> void add(Map<K, Long> to, Map<K, Long> part) {
        part.forEach((key, count) -> to.merge(key, count, Long::sum));
    }

    private static List<HistogramView> mergeHistograms(List<LoopBooks> parts) {
        Map<String, HistogramView> merged = new LinkedHashMap<>();
        for (LoopBooks part : parts) {
            for (HistogramView view : part.shard().histograms()) {
                merged.merge(view.metric(), view, MergedBooks::plus);
            }
        }
        return List.copyOf(merged.values());
    }

    /** Bounds agree: the first description of a family decided them for all shards. */
    private static HistogramView plus(HistogramView a, HistogramView b) {
        List<Long> counts = new ArrayList<>(a.counts());
        for (int i = 0; i < counts.size(); i++) {
            counts.set(i, counts.get(i) + b.counts().get(i));
        }
        return new HistogramView(a.metric(), a.quantity(), a.bounds(), counts, a.sum() + b.sum());
    }
}
