package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.sim.PingCommand;
import dev.baliza.sim.SendCommand;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code baliza ping}, and streams cut as nobody would cut them. */
class EchoIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonNode ping(RunningServer server, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--server=" + server.devices(), "--json"));
        all.addAll(List.of(options));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new PingCommand()).execute(all.toArray(String[]::new)))
                    .isZero();
        } finally {
            System.setOut(before);
        }
        return JSON.readTree(said.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void everythingComesBackAsItWent(String transport) throws Exception { // SPEC §6.6.1, SPEC §6.8.1
        try (RunningServer server = new RunningServer()) {
            for (int size : new int[] {0, 1, 23, 24, 1_472, 8_000, 32_768, 60_000}) {
                JsonNode figures = ping(server, transport, "--size=" + size, "--count=3", "--interval=1ms");
                assertThat(figures.path("received").asInt()).isEqualTo(3);
                assertThat(figures.path("different").asInt(-1)).isZero();
                assertThat(figures.path("bytes").asInt()).isEqualTo(size);
            }
            String text = "{\"1\":\"hola\",\"2\":[\"señal\",null]}";
            assertThat(ping(server, transport, "--payload=" + text, "--count=1")
                            .path("echo")
                            .asText())
                    .isEqualTo(text);
            JsonNode values = ping(server, transport, "--values", "--count=5", "--interval=1ms");
            assertThat(values.path("received").asInt()).isEqualTo(5);
            assertThat(values.path("different").asInt(-1)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void everythingComesBackSealedAsItWent(String transport, @TempDir Path dir) throws Exception { // SPEC §10
        Path keys = FleetKeys.write(dir, FleetKeys.of("lab-", 2, 1));
        try (RunningServer server = new RunningServer("keys.file=" + keys)) {
            String[] asked = {transport, "--keys=" + keys, "--device=lab-0001", "--count=3", "--interval=1ms"};
            JsonNode bytes = ping(server, with(asked, "--size=60000"));
            assertThat(bytes.path("received").asInt()).isEqualTo(3);
            assertThat(bytes.path("different").asInt(-1)).isZero();
            String text = "hola, señal";
            assertThat(ping(server, with(asked, "--payload=" + text))
                            .path("echo")
                            .asText())
                    .isEqualTo(text);
            // this one counts its epochs by the clock: each program has one of its own
            String[] again = {transport, "--keys=" + keys, "--device=lab-0002", "--count=1"};
            assertThat(ping(server, again).path("received").asInt()).isEqualTo(1);
            assertThat(ping(server, again).path("received").asInt()).isEqualTo(1);
            String[] counted = {transport, "--keys=" + keys, "--device=lab-0002", "--count=3", "--interval=1ms"};
            JsonNode values = ping(server, with(counted, "--values"));
            assertThat(values.path("received").asInt()).isEqualTo(3);
            assertThat(values.path("different").asInt(-1)).isZero();
            Cli open = Cli.run(new PingCommand(), transport, "--server=" + server.devices(), "--count=1");
            assertThat(open.exitCode())
                    .as("a server with keys is silent in the clear")
                    .isEqualTo(69);
            Cli half = Cli.run(new PingCommand(), "--server=" + server.devices(), "--device=lab-0001");
            assertThat(half.err()).contains("--device and --keys belong together");
            Cli sent = Cli.run(
                    new SendCommand(),
                    transport,
                    "--server=" + server.devices(),
                    "--keys=" + keys,
                    "--device=lab-0001",
                    "temperature=21.5Cel");
            assertThat(sent.err()).contains("acknowledged (stored): 1 readings of lab-0001");
            JsonNode device = JSON.readTree(server.get("/api/v1/devices/lab-0001"));
            assertThat(device.path("readings").asLong()).isEqualTo(1);
        }
    }

    private static String[] with(String[] options, String one) {
        return Stream.concat(Stream.of(options), Stream.of(one)).toArray(String[]::new);
    }

    /** What is lost is said, what comes back is right. */
    @ParameterizedTest
    @CsvSource({"--tcp, false", "--tcp, true", "--udp, false", "--udp, true"})
    void whatComesBackThroughLossIsRight(String transport, boolean sealed, @TempDir Path dir)
            throws Exception { // SPEC §6.6.1, SPEC §6.8.1
        Path keys = FleetKeys.write(dir, FleetKeys.of("lab-", 1, 1));
        String[] key = sealed ? new String[] {"--keys=" + keys, "--device=lab-0001"} : new String[0];
        try (RunningServer server = sealed ? new RunningServer("keys.file=" + keys) : new RunningServer();
                Relay relay = new Relay(server.devices(), 0.05)) {
            String to = transport.equals("--udp") ? relay.address() : server.devices();
            for (String what : List.of("--size=500", "--values")) {
                List<String> asked = new ArrayList<>(List.of(key));
                asked.addAll(List.of("--server=" + to, "--json", transport, what, "--count=60", "--interval=1ms"));
                Cli ran = Cli.run(new PingCommand(), asked.toArray(String[]::new));
                JsonNode figures = JSON.readTree(ran.out());
                assertThat(figures.path("received").asInt()).as(ran.toString()).isBetween(30, 60);
                assertThat(figures.path("different").asInt(-1)).isZero();
                assertThat(ran.exitCode()).isEqualTo(figures.path("received").asInt() == 60 ? 0 : 1);
            }
        }
    }

    /** A receive buffer of the smallest size, and one byte a segment. */
    @Test
    void aStreamMayBeCutAnywhere() throws Exception { // SPEC §2.3
        try (RunningServer server = new RunningServer();
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1);
            socket.setTcpNoDelay(true);
            socket.connect(server.server.udpAddress());
            socket.setSoTimeout(10_000);
            Random random = new Random(4);
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int size = 0; size < 200; size += 37) {
                byte[] echo = new byte[size];
                random.nextBytes(echo);
                for (byte one : ping(size, echo)) {
                    out.write(one);
                    out.flush();
                }
                byte[] pong = new byte[Limits.MIN_FRAME_BYTES + 24 + size];
                for (int i = 0; i < pong.length; i++) {
                    pong[i] = in.readByte();
                }
                assertThat(ByteBuffer.wrap(pong, 32 + 24, size)).isEqualTo(ByteBuffer.wrap(echo));
            }
        }
    }

    @Test
    void aThousandConnectionsEchoAtOnce() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (RunningServer server = new RunningServer()) {
            for (int i = 0; i < 1_000; i++) {
                sockets.add(new Socket("127.0.0.1", server.server.udpAddress().getPort()));
            }
            for (int i = 0; i < sockets.size(); i++) {
                sockets.get(i).getOutputStream().write(ping(i, new byte[i]));
            }
            for (int i = 0; i < sockets.size(); i++) {
                sockets.get(i).setSoTimeout(10_000);
                byte[] pong = new byte[Limits.MIN_FRAME_BYTES + 24 + i];
                new DataInputStream(sockets.get(i).getInputStream()).readFully(pong);
                assertThat(ByteBuffer.wrap(pong).getLong(32)).isEqualTo(i);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** A datagram may be lost in a full buffer: who got no answer asks again. */
    @Test
    void aThousandSourcePortsEchoAtOnce() throws Exception {
        List<DatagramSocket> sockets = new ArrayList<>();
        try (RunningServer server = new RunningServer()) {
            for (int i = 0; i < 1_000; i++) {
                sockets.add(new DatagramSocket());
            }
            List<DatagramSocket> waiting = new ArrayList<>(sockets);
            for (int tries = 0; tries < 10 && !waiting.isEmpty(); tries++) {
                for (DatagramSocket socket : waiting) {
                    byte[] ask = ping(socket.getLocalPort(), new byte[20]);
                    socket.send(new DatagramPacket(ask, ask.length, server.server.udpAddress()));
                }
                waiting.removeIf(EchoIT::answered);
            }
            assertThat(waiting).isEmpty();
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }

    private static boolean answered(DatagramSocket socket) {
        try {
            socket.setSoTimeout(200);
            byte[] pong = new byte[Limits.MIN_FRAME_BYTES + 24 + 20];
            socket.receive(new DatagramPacket(pong, pong.length));
            return ByteBuffer.wrap(pong).getLong(32) == socket.getLocalPort();
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] ping(long t1, byte[] echo) {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        FrameCodec.write(
                out,
                new FrameHeader(0, 0, 0, t1, Limits.BACK_UNSET, 0),
                Extensions.NONE,
                new Message.Ping(t1, ByteBuffer.wrap(echo)));
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
