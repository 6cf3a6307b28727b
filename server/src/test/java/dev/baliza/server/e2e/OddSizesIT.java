package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One byte at a time, one byte of room, one place in the queue: slow, but served. SPEC §2.3. */
@Timeout(60)
class OddSizesIT {
    private static final int ECHO_BYTES = 60_000;

    private static byte[] frame(long device, Message message, AckLevel level) {
        ByteBuffer bytes = ByteBuffer.allocate(ECHO_BYTES + 1_000);
        FrameHeader header = new FrameHeader(device, 1_000, 0, 0, 0, FrameHeader.flags(level, true));
        FrameCodec.write(bytes, header, Extensions.NONE.padTo(100), message);
        byte[] frame = new byte[bytes.position()];
        bytes.flip().get(frame);
        return frame;
    }

    private static byte[] reading(long device) {
        NamedReading reading = new NamedReading(0, "level", "", "%", SensorType.F64, 0, new Value.Real(5));
        return frame(
                device,
                new Message.NamedReadings(TimeMode.ON_ARRIVAL, false, false, TimeUnit.SECONDS, List.of(reading)),
                AckLevel.STORED);
    }

    private static Socket connected(RunningServer server, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(server.server.tcpAddress());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void aSenderOfOneByteAtATimeIsAcknowledged() throws Exception {
        try (RunningServer server = new RunningServer();
                Socket socket = connected(server, 0)) {
            for (byte b : reading(5)) {
                socket.getOutputStream().write(b);
            }
            assertThat(socket.getInputStream().read()).isEqualTo(0xBA);
            assertThat(server.get("/api/v1/devices/0000000000000005")).contains("\"accepted\":1");
        }
    }

    /** The kernel makes it a little more than one byte; the answer has many times that. */
    @Test
    void aReceiverWithRoomForOneByteGetsTheWholeAnswer() throws Exception {
        try (RunningServer server = new RunningServer();
                Socket socket = connected(server, 1)) {
            byte[] echo = new byte[ECHO_BYTES];
            for (int i = 0; i < echo.length; i++) {
                echo[i] = (byte) (i * 31);
            }
            socket.getOutputStream().write(frame(5, new Message.Ping(9, ByteBuffer.wrap(echo)), AckLevel.NONE));
            List<Byte> tail = new ArrayList<>();
            int length = ECHO_BYTES + 24 + 36;
            for (int i = 0; i < length; i++) {
                int b = socket.getInputStream().read();
                assertThat(b).as("byte %d", i).isNotNegative();
                tail.add((byte) b);
            }
            assertThat(tail.get(length - 5))
                    .as("the last byte before the checksum")
                    .isEqualTo(echo[ECHO_BYTES - 1]);
        }
    }

    @Test
    void withABacklogOfOneTwoClientsAreServedInTheEnd() throws Exception {
        try (RunningServer server = new RunningServer("tcp.backlog=1");
                Socket one = connected(server, 0);
                Socket two = connected(server, 0)) {
            one.getOutputStream().write(reading(5));
            two.getOutputStream().write(reading(6));
            assertThat(one.getInputStream().read()).isEqualTo(0xBA);
            assertThat(two.getInputStream().read()).isEqualTo(0xBA);
            assertThat(server.get("/metrics")).contains("baliza_tcp_connections 2");
        }
    }
}
