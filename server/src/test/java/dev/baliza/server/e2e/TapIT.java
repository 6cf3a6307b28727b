package dev.baliza.server.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.tap.TapHub;
import dev.baliza.sim.tap.TapCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** "My device does not show up": a tap on a running server names the cause. */
@Timeout(60)
class TapIT {
    private static final String DEVICE = "lab-1";
    private static final long EPOCH = 2_000;

    private final RunningServer running = start();
    private final DatagramSocket socket = open();
    private long pn;

    private static RunningServer start() {
        try {
            return new RunningServer("tcp.maxConnections=1", "udp.maxDatagramBytes=1200", "access.deny=127.0.0.2");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatagramSocket open() {
        try {
            return new DatagramSocket();
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        socket.close();
        running.close();
    }

    /** One run of the command on a thread of its own, listening when this returns. */
    private final class Running {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final CompletableFuture<Integer> status;

        Running(int taps, String... more) {
            List<String> args = new ArrayList<>(List.of("--http", running.http()));
            args.addAll(List.of(more));
            CommandLine line = new CommandLine(new TapCommand())
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));
            status = CompletableFuture.supplyAsync(
                    () -> line.execute(args.toArray(String[]::new)), task -> new Thread(task, "tap").start());
            awaitTaps(taps);
        }

        String text() throws Exception {
            assertThat(status.get(30, SECONDS)).as(err.toString()).isZero();
            return out.toString();
        }

        JsonNode json() throws Exception {
            return new JsonMapper().readTree(text());
        }
    }

    private void awaitTaps(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> gauge("taps") == count);
    }

    private long gauge(String name) throws Exception {
        return running.server.books().snapshot().get(10, SECONDS).gauges().getOrDefault(name, -1L);
    }

    private void send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, running.server.udpAddress()));
    }

    private byte[] frame(long epoch, long seq, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(2_000);
        FrameHeader header =
                new FrameHeader(Names.deviceId(DEVICE), epoch, seq, pn++, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        FrameCodec.write(bytes, header, Extensions.named(DEVICE), message);
        byte[] frame = new byte[bytes.position()];
        bytes.flip().get(frame);
        return frame;
    }

    private static Message temperature(TimeMode mode, double celsius) {
        NamedReading reading =
                new NamedReading(5, "temperature", "inlet", "Cel", SensorType.F64, 0, new Value.Real(celsius));
        return new Message.NamedReadings(mode, false, false, TimeUnit.SECONDS, List.of(reading));
    }

    private byte[] good(long epoch, long seq) {
        return frame(epoch, seq, temperature(TimeMode.ON_ARRIVAL, 21.5));
    }

    @Test
    void aDeniedAddressIsNamed() throws Exception {
        Running tap = new Running(1, "-C", "2", "--rejected");
        InetSocketAddress denied = new InetSocketAddress("127.0.0.2", 0);
        byte[] bytes = good(EPOCH, 0);
        try (DatagramSocket outside = new DatagramSocket(denied)) {
            outside.send(new DatagramPacket(bytes, bytes.length, running.server.udpAddress()));
        }
        try (Socket outside = new Socket()) {
            outside.bind(denied);
            outside.connect(running.server.tcpAddress());
            assertThat(tap.text()).contains("127.0.0.2", "DENIED", "CONNECTION_DENIED", "access.deny");
        }
    }

    @Test
    void acceptedFrameShowsItsReadings() throws Exception {
        Running tap = new Running(1, "-C", "1");
        send(good(EPOCH, 0));

        assertThat(tap.text()).contains("udp", DEVICE, "READINGS", "ACCEPTED", "temperature/inlet=21.5Cel");
        awaitTaps(0);
    }

    @Test
    void skippedReadingIsNamed() throws Exception {
        Running tap = new Running(1, "-C", "1", "--json");
        send(frame(EPOCH, 0, temperature(TimeMode.ON_ARRIVAL, Double.NaN)));

        assertThat(tap.json().path("skipped").path("nan").asLong()).isEqualTo(1);
    }

    /** SPEC §4.2.5. */
    @Test
    void staleEpochIsNamed() throws Exception {
        Running tap = new Running(1, "-C", "1", "--rejected");
        for (int boot = 0; boot < Limits.MAX_OPEN_EPOCHS; boot++) {
            send(good(EPOCH + boot, 0));
        }
        send(good(EPOCH - 1_000, 0));

        assertThat(tap.text())
                .contains("STALE", "STALE_EPOCH: epoch 1000 is closed; go on with 2004")
                .contains("The epoch must rise at each boot");
    }

    /** SPEC §3.1.4. */
    @Test
    void wrongChecksumIsNamedAndDecoded() throws Exception {
        Running tap = new Running(1, "-C", "1", "--hex", "--device", DEVICE);
        byte[] bad = good(EPOCH, 0);
        bad[bad.length - 1] ^= 1;
        send(bad);

        assertThat(tap.text())
                .contains("BAD_CHECKSUM: CRC-32C is ")
                .contains("Compute CRC-32C (Castagnoli)")
                .contains("checksum: CRC-32C, wrong");
    }

    /** SPEC §7.3.3. */
    @Test
    void clockThatWasNeverSetIsNamed() throws Exception {
        Running tap = new Running(1, "-C", "1", "--rejected");
        send(frame(EPOCH, 0, temperature(TimeMode.ABSOLUTE, 21.5)));

        assertThat(tap.text()).contains("ACCEPTED", "CLOCK_UNSET", "Set the device's clock");
    }

    /** SPEC §7.3.2. */
    @Test
    void unknownDescriptionIsNamed() throws Exception {
        Running tap = new Running(1, "-C", "1", "--json", "--outcome", "refused");
        ByteBuffer row = ByteBuffer.allocate(4);
        send(frame(EPOCH, 0, new Message.RowReadings(TimeMode.ON_ARRIVAL, false, false, 1, 0xABCD, 0, row)));
        JsonNode event = tap.json();

        assertThat(event.path("code").asText()).isEqualTo("UNKNOWN_SCHEMA");
        assertThat(event.path("detail").asText()).contains("0000abcd", "send DESCRIBE");
        assertThat(event.path("device").asText()).isEqualTo(DEVICE);
        assertThat(event.path("epoch").asLong()).isEqualTo(EPOCH);
    }

    /** SPEC §2.4, §2.6. */
    @Test
    void datagramsThatAreNoFramesAreNamed() throws Exception {
        Running tap = new Running(1, "-C", "2", "--outcome", "malformed,oversize");
        send("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));
        send(new byte[1_201]);

        assertThat(tap.text())
                .contains("MALFORMED", "BAD_MAGIC", "Start every frame with the bytes ba 17")
                .contains("OVERSIZE", " 1201B ", "at most 1200 bytes");
    }

    @Test
    void deniedConnectionAndBrokenStreamAreNamed() throws Exception {
        Running tap = new Running(1, "-C", "2", "--transport", "tcp");
        var address = running.server.tcpAddress();
        try (Socket first = new Socket(address.getAddress(), address.getPort())) {
            await().until(() -> gauge("tcp_connections") == 1);
            try (Socket second = new Socket(address.getAddress(), address.getPort())) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
            first.getOutputStream().write("hello, world".getBytes(StandardCharsets.US_ASCII));

            assertThat(tap.text())
                    .contains("CONNECTION_REFUSED", "raise tcp.maxConnections")
                    .contains("STREAM_ERROR", "BAD_MAGIC");
        }
    }

    /** One byte, and then nothing. */
    @Test
    void aConnectionThatMissesItsDeadlineIsNamedWithWhatItSent() throws Exception {
        Running tap = new Running(1, "-C", "1", "--outcome", "connection_overdue");
        var address = running.server.tcpAddress();
        try (Socket slow = new Socket(address.getAddress(), address.getPort())) {
            slow.getOutputStream().write(0xBA);
            assertThat(tap.text()).contains("CONNECTION_OVERDUE", " 1B ", "no whole frame came in the first 5 s");
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(running.get("/metrics")).contains("baliza_events_total{event=\"connections_overdue\"} 1.0");
    }

    @Test
    void tapsAreLimitedAndCounted() throws Exception {
        List<Running> taps = new ArrayList<>();
        for (int i = 1; i <= TapHub.MAX_TAPS; i++) {
            taps.add(new Running(i, "-C", "1"));
        }
        Running oneMore = new Running(TapHub.MAX_TAPS, "-C", "1");

        assertThat(oneMore.status.get(20, SECONDS)).isEqualTo(1);
        assertThat(oneMore.err.toString()).contains("4 taps are open already");
        send(good(EPOCH, 0));
        for (Running tap : taps) {
            assertThat(tap.text()).contains("ACCEPTED");
        }
        assertThat(running.get("/metrics")).contains("baliza_events_total{event=\"taps_refused\"} 1.0");
    }

    @Test
    void timeEndsATapAndWrongWordsAreTold() throws Exception {
        assertThat(new CommandLine(new TapCommand()).execute("--http", running.http(), "-W", "300ms"))
                .isZero();
        Running wrong = new Running(0, "--outcome", "lost");

        assertThat(wrong.status.get(20, SECONDS)).isEqualTo(2);
        assertThat(wrong.err.toString()).contains("unknown outcome 'lost'; known are [accepted,");
    }

    @Test
    void serverThatGoesOrIsNotThereIsUnreachable() throws Exception {
        Running tap = new Running(1, "-C", "1");
        String http = running.http();
        running.close();
        StringWriter err = new StringWriter();

        assertThat(tap.status.get(30, SECONDS)).isEqualTo(69);
        assertThat(new CommandLine(new TapCommand())
                        .setErr(new PrintWriter(err, true))
                        .execute("--http", http))
                .isEqualTo(69);
        assertThat(err.toString()).contains("baliza server");
    }
}
