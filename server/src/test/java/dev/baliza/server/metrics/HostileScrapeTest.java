package dev.baliza.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.HistogramView;
import dev.baliza.server.books.Sample;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.BooksReading;
import dev.baliza.server.session.HostileFrames;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.session.ShardBooks;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing that a device can say breaks a scrape: 100,000 frames made to do so, through the shards. */
class HostileScrapeTest {
    private static final int FRAMES = 100_000;
    private static final int FRAMES_PER_SCRAPE = 10_000;
    private static final int MAX_SERIES = 2_000;
    private static final long START_MICROS = 1_800_000_000_000_000L;

    private final FakeBooks books = new FakeBooks();
    private final ServerMetrics metrics = new ServerMetrics(books, new BuildInfo("1.2.3", "epoll", "17.0.1", false));
    private final Families families = new Families(120, MAX_SERIES);
    private final NameRegistry names = new NameRegistry();
    private final Shard[] shards = {shard(), shard()};
    private final Peer peer =
            new Peer(Transport.TCP, new InetSocketAddress("127.0.0.1", 40_001), (to, header, message, seal) -> {});

    private Shard shard() {
        return new Shard(
                new ServerIdentity(1, AckLevel.COUNTED, false, false, 65_535, 65_507, 60),
                new Aggregator(families, SeriesRules.of(100_000_000, 1_000_000, List.of("*")), 3_600_000_000L),
                names,
                new AddressTokens(new byte[32]),
                () -> KeyRing.EMPTY,
                1_000);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void noFrameBreaksAScrape() {
        HostileFrames frames = new HostileFrames(20_261_120);
        Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
        Map<SeriesRefusal, Long> refused = new EnumMap<>(SeriesRefusal.class);
        long now = START_MICROS;
        for (int i = 1; i <= FRAMES; i++) {
            ByteBuffer bytes = frames.next();
            Shard shard = shards[(int) (bytes.getLong(8) & 1)];
            now += 1_000;
            shard.onFrame(HostileFrames.frame(bytes), peer, now);
            shard.endOfBurst();
            if (i % FRAMES_PER_SCRAPE == 0) {
                skipped.clear();
                refused.clear();
                scrape(now, skipped, refused);
            }
        }
        assertThat(skipped).as("every reason to skip was met").hasSize(SkipReason.values().length);
        assertThat(skipped.values()).allMatch(count -> count > 0);
        assertThat(refused).as("every reason to refuse was met").hasSize(SeriesRefusal.values().length);
        assertThat(refused.entrySet()).allMatch(reason -> reason.getValue() > 0);
        assertThat(families.seriesCount()).isLessThanOrEqualTo(MAX_SERIES);
    }

    private void scrape(long now, Map<SkipReason, Long> skipped, Map<SeriesRefusal, Long> refused) {
        books.samples.clear();
        books.histograms.clear();
        Map<String, HistogramView> histograms = new TreeMap<>();
        for (Shard shard : shards) {
            ShardBooks part = shard.books(now);
            assertThat(part.residual()).isZero();
            BooksReading reading = shard.readBooks(now);
            for (int calls = 0; reading.goOn(1 + calls % 7); calls++) {
                assertThat(calls).isLessThan(10_000);
            }
            assertThat(reading.books(now)).as("read in steps").isEqualTo(part);
            books.samples.addAll(part.samples());
            part.histograms()
                    .forEach(h -> histograms.merge(h.metric(), h, (a, b) -> {
                        assertThat(a.bounds()).isEqualTo(b.bounds());
                        return a;
                    }));
            part.skipped().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
            part.seriesRefused().forEach((reason, count) -> refused.merge(reason, count, Long::sum));
        }
        books.histograms.addAll(histograms.values());
        Scrape text = new Scrape(body("text/plain"), false);
        Scrape openMetrics = new Scrape(body("application/openmetrics-text;version=1.0.0"), true);
        for (String event : List.of("duplicate_series", "invalid_series")) {
            assertThat(text.series.get("baliza_events_total{event=" + event + "}"))
                    .as("nothing had to be dropped to keep the scrape whole: " + event)
                    .isEqualTo(0.0);
        }
        Map<String, Long> exported =
                books.samples.stream().collect(Collectors.groupingBy(Sample::metric, Collectors.counting()));
        exported.forEach((metric, count) -> {
            assertThat(text.count(metric)).as(metric).isEqualTo(count.intValue());
            assertThat(openMetrics.count(metric)).as(metric).isEqualTo(count.intValue());
        });
        assertThat(exported).hasSizeGreaterThan(20);
    }

    private String body(String accept) {
        ByteBuffer body = metrics.render(accept, null).join().body();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return new String(bytes, UTF_8);
    }
}
