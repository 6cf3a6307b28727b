package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.server.files.PushResult;
import dev.baliza.sim.SendFileCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * How fast files come through loss, and what cuts cost, both ways, open and sealed. {@code -Dbaliza.transfer.mib=64 -Dbaliza.transfer.cuts=100
 * -Dbaliza.transfer.ways=8} for the long programme. SPEC §14.
 */
@Timeout(3_600)
class TransferIT {
    private static final int MIB = Integer.getInteger("baliza.transfer.mib", 2);
    private static final int CUTS = Integer.getInteger("baliza.transfer.cuts", 2);
    private static final int WAYS = Integer.getInteger("baliza.transfer.ways", 4);
    private static final int SIZE = MIB << 20;
    private static final int BYTES_PER_SECOND = 2_000_000;
    private static final double LOSS = 0.05;
    private static final int DEVICES = 20;
    /** A last chunk that is lost costs a second; of a short file that is most of the time. */
    private static final double LEAST_RATIO = MIB >= 32 ? 0.5 : 0.2;

    private static final int SILENCE_MILLIS = 200;

    @TempDir
    static Path dir;

    private static Path keys = Path.of("");
    private static @Nullable KeyEntry taker;
    private static @Nullable RunningServer open;
    private static @Nullable RunningServer sealed;
    private static int names;

    @BeforeAll
    static void start() throws Exception {
        taker = new KeyEntry("taker", 1, false, new byte[16]);
        List<KeyEntry> entries = new ArrayList<>(FleetKeys.of("sim-", DEVICES, 1));
        entries.add(taker);
        for (int i = 0; i <= 2 * WAYS + 4; i++) {
            entries.add(new KeyEntry("cam-" + i, 1, false, new byte[16]));
        }
        keys = FleetKeys.write(dir, entries);
        open = server("open");
        sealed = server("sealed", "keys.file=" + keys);
    }

    private static RunningServer server(String name, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of(
                "store.dir=" + dir.resolve(name),
                "files.quotaBytes=8000000000",
                "files.deviceQuotaBytes=8000000000",
                "files.pushBytesPerSecond=" + BYTES_PER_SECOND));
        settings.addAll(List.of(more));
        return new RunningServer(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        Stream.of(open, sealed).forEach(RunningServer::close);
    }

    /** One file and the server that gets it or has it. */
    private record Case(RunningServer server, boolean seals, boolean tcp, Path file, String sha256, String device) {
        static Case of(boolean seals, boolean tcp, int seed) throws Exception {
            byte[] content = new byte[SIZE];
            new Random(seed).nextBytes(content);
            Path file = Files.write(dir.resolve("file-" + seed + ".bin"), content);
            RunningServer server = seals ? sealed : open;
            if (server == null) {
                throw new IllegalStateException("no server");
            }
            return new Case(server, seals, tcp, file, FileTaker.sha256(content), "cam-" + names++);
        }

        int send(String address, boolean capped) {
            List<String> words = new ArrayList<>(List.of("--device=" + device, "--server=" + address));
            words.add(tcp ? "--tcp" : "--udp");
            words.add(file.toString());
            if (capped) {
                words.add("--rate=" + BYTES_PER_SECOND);
            }
            if (seals) {
                words.add("--keys=" + keys);
            }
            return new CommandLine(new SendFileCommand())
                    .setExecutionExceptionHandler((e, line, result) -> 1)
                    .execute(words.toArray(String[]::new));
        }

        FileTaker taker(String address) throws Exception {
            KeyEntry key = seals ? TransferIT.taker : null;
            return new FileTaker("taker", key == null ? null : key.key(), address, tcp, SIZE);
        }

        CompletableFuture<PushResult> push() {
            return server.server.files().push(Names.deviceId("taker"), sha256);
        }

        void isStored() throws Exception {
            Path stored =
                    dir.resolve(seals ? "sealed" : "open").resolve("files").resolve(sha256);
            assertThat(stored).hasSameBinaryContentAs(file);
        }
    }

    private static CompletableFuture<SimRun> readings(RunningServer server, boolean seals, double seconds) {
        List<String> words = new ArrayList<>(
                List.of("--devices=" + DEVICES, "--interval=100ms", "--duration=" + (int) Math.ceil(seconds) + "s"));
        if (seals) {
            words.add("--keys=" + keys);
        }
        return SimRun.begin(server, dir, words);
    }

    static Stream<Arguments> lossyWays() {
        return Stream.of(
                        Arguments.of("upload", false),
                        Arguments.of("push", true),
                        Arguments.of("upload", true),
                        Arguments.of("push", false))
                .limit(WAYS / 2);
    }

    /** At least half of what comes through a way without loss, and no reading is lost over it. */
    @ParameterizedTest(name = "{0}, sealed {1}")
    @MethodSource("lossyWays")
    void lossCostsLessThanHalfOfTheRate(String direction, boolean seals) throws Exception {
        Case clean = Case.of(seals, false, names);
        double cleanSeconds = seconds(clean, direction, 0);
        Case lossy = Case.of(seals, false, names);
        CompletableFuture<SimRun> readings = readings(lossy.server, seals, 1.2 * cleanSeconds + 1);
        double lossySeconds = seconds(lossy, direction, LOSS);
        SimRun run = readings.get(10, TimeUnit.MINUTES);
        System.out.printf(
                Locale.ROOT,
                "%s over udp, %s, %d MiB at %,d bytes/s: %,.0f bytes/s without loss, %,.0f with %.0f %% lost each way: ratio %.2f;"
                        + " fleet %s, %d readings%n",
                direction,
                seals ? "sealed" : "open",
                MIB,
                BYTES_PER_SECOND,
                SIZE / cleanSeconds,
                SIZE / lossySeconds,
                100 * LOSS,
                cleanSeconds / lossySeconds,
                run.text("verdict"),
                run.number("readingsIssued"));
        assertThat(run.differences()).isEmpty();
        assertThat(run.text("verdict")).isEqualTo("balanced");
        assertThat(cleanSeconds / lossySeconds).isGreaterThanOrEqualTo(LEAST_RATIO);
    }

    private static double seconds(Case of, String direction, double loss) throws Exception {
        try (Relay relay = new Relay(of.server.devices(), loss)) {
            if (direction.equals("upload")) {
                long begun = System.nanoTime();
                assertThat(of.send(relay.address(), true)).isZero();
                double seconds = (System.nanoTime() - begun) / 1e9;
                of.isStored();
                return seconds;
            }
            assertThat(of.send(of.server.devices(), false)).isZero();
            try (FileTaker taker = of.taker(relay.address())) {
                long begun = System.nanoTime();
                assertThat(of.push().get(20, TimeUnit.MINUTES)).isEqualTo(new PushResult(true, "ok"));
                double seconds = (System.nanoTime() - begun) / 1e9;
                assertThat(taker.has(of.sha256)).isTrue();
                return seconds;
            }
        }
    }

    static Stream<Arguments> cutWays() {
        List<Arguments> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean seals = (i % 4 == 1 || i % 4 == 2) ^ i >= 4;
            all.add(Arguments.of(i % 2 == 0 ? "upload" : "push", i % 4 < 2 ? "udp" : "tcp", seals));
        }
        return all.stream().limit(WAYS);
    }

    /** SPEC §14.1.4: each other time the line falls silent (UDP) or the connection is closed (TCP), else the device is thrown away. */
    @ParameterizedTest(name = "{0} over {1}, sealed {2}")
    @MethodSource("cutWays")
    void cutsCostLittle(String direction, String transport, boolean seals) throws Exception {
        Case of = Case.of(seals, transport.equals("tcp"), names);
        try (Relay relay = new Relay(of.server.devices());
                StreamRelay stream = new StreamRelay(of.server.devices())) {
            String address = of.tcp ? stream.address() : relay.address();
            Interruption line = () -> {
                if (of.tcp) {
                    stream.cut();
                } else {
                    relay.silence(true);
                    Thread.sleep(SILENCE_MILLIS);
                    relay.silence(false);
                }
            };
            long begun = System.nanoTime();
            long sent;
            if (direction.equals("upload")) {
                upload(of, address, line, () -> of.tcp ? stream.bytesUp() : relay.bytesUp());
                sent = of.tcp ? stream.bytesUp() : relay.bytesUp();
                of.isStored();
            } else {
                assertThat(of.send(of.server.devices(), false)).isZero();
                push(of, address, line);
                sent = of.tcp ? stream.bytesDown() : relay.bytesDown();
            }
            report(direction, transport, of, sent, (System.nanoTime() - begun) / 1e9);
        }
    }

    private interface Interruption {
        void happen() throws Exception;
    }

    private interface Progress {
        long bytes();
    }

    private static void report(String direction, String transport, Case of, long sent, double seconds) {
        int chunk = of.tcp ? 16 * 1024 : 1_100;
        int frame = 32 + 16 + (of.seals ? 16 : 4);
        long needed = SIZE + (long) Math.ceil(SIZE / (double) chunk) * frame;
        double again = 100.0 * (sent - needed) / needed;
        System.out.printf(
                Locale.ROOT,
                "%s over %s, %s, %d MiB cut %d times: %,d bytes on the wire, %,d needed: %.2f %% more, %.1f s%n",
                direction,
                transport,
                of.seals ? "sealed" : "open",
                MIB,
                CUTS,
                sent,
                needed,
                again,
                seconds);
        assertThat(again).isLessThanOrEqualTo(2.0);
    }

    /** Waits until another share of the file has gone out. */
    private static void awaitShare(int cut, Progress progress) throws InterruptedException {
        long goal = (long) SIZE * (cut + 1) / (CUTS + 1);
        for (int i = 0; i < 60_000 && progress.bytes() < goal; i++) {
            Thread.sleep(1);
        }
        assertThat(progress.bytes()).isGreaterThanOrEqualTo(goal);
    }

    private static void upload(Case of, String address, Interruption line, Progress progress) throws Exception {
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        Thread sender = sender(of, address, ended);
        for (int cut = 0; cut < CUTS; cut++) {
            awaitShare(cut, progress);
            if (cut % 2 == 0) {
                line.happen();
            } else {
                sender.interrupt();
                sender.join();
                ended = new CompletableFuture<>();
                sender = sender(of, address, ended);
            }
        }
        assertThat(ended.get(2, TimeUnit.MINUTES)).isZero();
    }

    private static Thread sender(Case of, String address, CompletableFuture<Integer> ended) {
        Thread thread = new Thread(() -> ended.complete(of.send(address, true)), "sender");
        thread.start();
        return thread;
    }

    private static void push(Case of, String address, Interruption line) throws Exception {
        try (FileTaker taker = of.taker(address)) {
            CompletableFuture<PushResult> pushed = of.push();
            for (int cut = 0; cut < CUTS; cut++) {
                awaitShare(cut, taker::heldBytes);
                if (cut % 2 == 0) {
                    line.happen();
                } else {
                    taker.reboot();
                }
            }
            assertThat(pushed.get(2, TimeUnit.MINUTES)).isEqualTo(new PushResult(true, "ok"));
            assertThat(taker.has(of.sha256)).isTrue();
        }
    }
}
