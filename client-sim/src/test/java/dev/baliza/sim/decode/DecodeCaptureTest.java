package dev.baliza.sim.decode;

import static dev.baliza.sim.capture.PcapWriter.CLIENT_PORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.capture.PcapWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeCaptureTest {
    private static final int PORT = 7367;

    @TempDir
    private Path directory = Path.of("");

    private static byte[] vector(String name) throws IOException {
        String text = Files.readString(Decode.vectors().resolve(name + ".hex"));
        return HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s", ""));
    }

    private Decode decode(PcapWriter writer, String... more) throws IOException {
        Path file = Files.write(directory.resolve("test.pcap"), writer.bytes());
        String[] args = Arrays.copyOf(more, more.length + 1);
        args[more.length] = file.toString();
        return Decode.run(args);
    }

    /** A set described over TCP in two segments, rows of it over UDP. */
    @Test
    void framesOfBothTransportsAreFound() throws IOException {
        byte[] describe = vector("describe/three-channels");
        PcapWriter writer = PcapWriter.ethernet()
                .syn(CLIENT_PORT, PORT, 1)
                .tcp(CLIENT_PORT, PORT, 2, Arrays.copyOf(describe, 50))
                .tcp(CLIENT_PORT, PORT, 52, Arrays.copyOfRange(describe, 50, describe.length))
                .udp(CLIENT_PORT, PORT, vector("readings/rows-two"));
        Decode run = decode(writer);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("tcp  127.0.0.1:50000 > 127.0.0.1:7367", "temperature/inlet: 21.50 Cel");
        assertThat(run.err()).startsWith("2 frames: 2 ok");
        assertThat(decode(writer, "--json").out()).contains("\"transport\":\"udp\"", "\"packet\":4");
    }

    @Test
    void streamThatWasOpenBeforeIsReadFromItsFirstWholeFrame() throws IOException {
        byte[] ping = vector("ping/bare");
        PcapWriter writer = PcapWriter.ethernet()
                .tcp(CLIENT_PORT, PORT, 500, Arrays.copyOfRange(ping, 20, ping.length))
                .tcp(CLIENT_PORT, PORT, 500 + ping.length - 20, ping);
        Decode run = decode(writer);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("before the first whole frame");
        assertThat(run.err()).startsWith("1 frame: 1 ok");
    }

    @Test
    void badDatagramAndEmptyCaptureAreTold() throws IOException {
        PcapWriter bad = PcapWriter.ethernet().udp(CLIENT_PORT, PORT, vector("frame/bad-checksum"));

        assertThat(decode(bad).status()).isEqualTo(1);
        assertThat(decode(bad, "--port", "99").status()).isEqualTo(2);
        assertThat(decode(bad, "--port", "99").err()).contains("nothing to or from port 99");
        assertThat(decode(PcapWriter.ethernet().fragment().udp(CLIENT_PORT, PORT, vector("ping/bare")))
                        .err())
                .contains("IP fragments");
    }
}
