package dev.baliza.sim.capture;

import static dev.baliza.sim.capture.PcapWriter.CLIENT_PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureTest {
    private static final int PORT = 7367;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(Capture.Unit unit) {
        return StandardCharsets.US_ASCII.decode(unit.bytes().duplicate()).toString();
    }

    private static List<String> texts(PcapWriter writer) throws CaptureException {
        return read(writer).units().stream().map(CaptureTest::text).toList();
    }

    private static Capture read(PcapWriter writer) throws CaptureException {
        return Capture.read(ByteBuffer.wrap(writer.bytes()), PORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12, 101, 113, 276})
    void everyLinkTypeAddressFamilyAndByteOrderIsRead(int linkType) throws CaptureException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            for (boolean ipv6 : new boolean[] {false, true}) {
                PcapWriter writer = new PcapWriter(linkType, ipv6, order)
                        .udp(CLIENT_PORT, PORT, text("there"))
                        .udp(PORT, CLIENT_PORT, text("back"))
                        .udp(CLIENT_PORT, 53, text("other port"));

                assertThat(texts(writer)).containsExactly("there", "back");
            }
        }
    }

    @Test
    void streamIsPutInOrderAcrossTheWrapOfItsNumbers() throws CaptureException {
        long seq = 0xFFFF_FFFDL;
        PcapWriter writer = PcapWriter.ethernet()
                .syn(CLIENT_PORT, PORT, seq)
                .tcp(CLIENT_PORT, PORT, seq + 1, text("abc"))
                .tcp(CLIENT_PORT, PORT, seq + 7, text("ghi"))
                .tcp(CLIENT_PORT, PORT, seq + 1, text("abcd"))
                .tcp(CLIENT_PORT, PORT, seq + 4, text("def"));
        Capture.Unit unit = read(writer).units().get(0);

        assertThat(text(unit)).isEqualTo("abcdefghi");
        assertThat(unit.fromStart()).isTrue();
        assertThat(unit.behindGap()).isZero();
    }

    @Test
    void gapAndLateStartAreTold() throws CaptureException {
        PcapWriter writer = PcapWriter.ethernet()
                .tcp(CLIENT_PORT, PORT, 1_000, text("ab"))
                .tcp(CLIENT_PORT, PORT, 1_010, text("klm"));
        Capture.Unit unit = read(writer).units().get(0);

        assertThat(text(unit)).isEqualTo("ab");
        assertThat(unit.fromStart()).isFalse();
        assertThat(unit.behindGap()).isEqualTo(3);
    }

    @Test
    void portsThatAreUsedAgainAreAnotherStream() throws CaptureException {
        PcapWriter writer = PcapWriter.ethernet()
                .syn(CLIENT_PORT, PORT, 10)
                .tcp(CLIENT_PORT, PORT, 11, text("first"))
                .syn(CLIENT_PORT, PORT, 5_000)
                .tcp(CLIENT_PORT, PORT, 5_001, text("second"));

        assertThat(texts(writer)).containsExactly("first", "second");
    }

    @Test
    void fragmentsAreCounted() throws CaptureException {
        assertThat(read(PcapWriter.ethernet().fragment()).fragments()).isEqualTo(1);
    }

    @Test
    void everyCutOfACaptureIsReadOrRefused() throws CaptureException {
        byte[] whole = PcapWriter.ethernet()
                .udp(CLIENT_PORT, PORT, text("one"))
                .tcp(CLIENT_PORT, PORT, 1, text("two"))
                .bytes();
        for (int length = 24; length < whole.length; length++) {
            Capture capture = Capture.read(ByteBuffer.wrap(whole, 0, length), PORT);
            assertThat(capture.units()).hasSizeLessThan(2);
        }
        assertThatThrownBy(() -> Capture.read(ByteBuffer.wrap(whole, 0, 23), PORT))
                .isInstanceOf(CaptureException.class);
    }

    @Test
    void otherFormatsAreRefusedWithAdvice() {
        ByteBuffer pcapng = ByteBuffer.allocate(64).putInt(0, 0x0A0D0D0A);
        byte[] wifi = new PcapWriter(105, false, ByteOrder.LITTLE_ENDIAN)
                .udp(CLIENT_PORT, PORT, text("x"))
                .bytes();

        assertThatThrownBy(() -> Capture.read(pcapng, PORT)).hasMessageContaining("editcap -F pcap");
        assertThatThrownBy(() -> Capture.read(ByteBuffer.wrap(wifi), PORT)).hasMessageContaining("link type 105");
    }
}
