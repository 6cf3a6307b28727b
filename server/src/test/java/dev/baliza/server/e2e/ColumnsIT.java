package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.ColumnsEncoder;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was sent in columns is shown, stored and told again as if it had come in rows. SPEC §7.4.5. */
class ColumnsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SensorType[] TYPES = {SensorType.I16, SensorType.F32, SensorType.VECTOR2, SensorType.U8};
    private static final ChannelSet SET = new ChannelSet(
            0,
            TimeUnit.MILLISECONDS,
            List.of(
                    ChannelDescription.gauge(0, TYPES[0], "temperature", "", "Cel"),
                    ChannelDescription.gauge(1, TYPES[1], "pressure", "", "Pa"),
                    ChannelDescription.gauge(2, TYPES[2], "wind", "", "m/s"),
                    ChannelDescription.gauge(3, TYPES[3], "level", "", "%")));
    private static final int BATCHES = 20;
    private static final int VECTORS = 25;
    private static final long BASE_MILLIS = 1_750_000_000_000L;

    @TempDir
    private Path dir;

    /** Every tenth reading has no value. */
    private static Message.RowReadings rows(int number) {
        Random random = new Random(number);
        ByteBuffer rows = ByteBuffer.allocate(VECTORS * 30);
        for (int i = 0; i < VECTORS; i++) {
            rows.putInt(i * 1_000 + random.nextInt(7));
            boolean none = random.nextInt(10) == 0;
            rows.put((byte) (none ? 3 : 0)).putShort((short) (none ? 0 : 20 + random.nextInt(3)));
            rows.put((byte) 0).putFloat(100_000 + random.nextInt(100));
            rows.put((byte) random.nextInt(2)).putFloat(random.nextFloat()).putFloat(3);
            rows.put((byte) 0).put((byte) 40);
        }
        return new Message.RowReadings(
                TimeMode.ABSOLUTE,
                number % 5 == 0,
                true,
                VECTORS,
                DescribeCodec.hash(SET),
                BASE_MILLIS + number * 60_000L,
                rows.flip());
    }

    private static void send(DatagramSocket socket, RunningServer to, String device, long seq, Message message)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(2_000);
        FrameHeader header = new FrameHeader(Names.deviceId(device), 7, seq, seq, (int) seq, 0);
        FrameCodec.write(bytes, header, Extensions.named(device), message);
        socket.send(new DatagramPacket(bytes.array(), bytes.position(), to.server.udpAddress()));
    }

    private static JsonNode device(RunningServer server, String name) throws Exception {
        return JSON.readTree(server.get("/api/v1/devices/" + name));
    }

    /** Lines of its history without what differs by its nature. */
    private static List<JsonNode> history(RunningServer server, String name) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : server.get("/api/v1/history?device=" + name).lines().toList()) {
            lines.add(((ObjectNode) JSON.readTree(line)).without(List.of("device", "arrival")));
        }
        return lines;
    }

    private static JsonNode series(RunningServer server, String name) throws Exception {
        JsonNode series = device(server, name).path("series").deepCopy();
        series.forEach(one -> ((ObjectNode) one).remove("expiresMicros"));
        return series;
    }

    private static void assertSame(RunningServer server) throws Exception {
        assertThat(series(server, "by-columns")).isNotEmpty().isEqualTo(series(server, "by-rows"));
        assertThat(history(server, "by-columns")).hasSize(BATCHES * VECTORS * 5).isEqualTo(history(server, "by-rows"));
    }

    @Test
    void columnsAreRowsToEveryoneBehindTheWire() throws Exception {
        String store = "store.dir=" + dir.resolve("data");
        try (RunningServer server = new RunningServer(store);
                DatagramSocket socket = new DatagramSocket()) {
            for (String name : List.of("by-rows", "by-columns")) {
                send(socket, server, name, 0, new Message.Describe(SET));
                for (int i = 1; i <= BATCHES; i++) {
                    Message.RowReadings rows = rows(i);
                    send(socket, server, name, i, name.equals("by-rows") ? rows : ColumnsEncoder.of(rows, TYPES));
                }
            }
            for (String name : List.of("by-rows", "by-columns")) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> device(server, name).path("readings").asLong() == BATCHES * VECTORS * 4);
            }
            assertSame(server);
        }
        try (RunningServer server = new RunningServer(store)) {
            assertSame(server);
        }
    }
}
