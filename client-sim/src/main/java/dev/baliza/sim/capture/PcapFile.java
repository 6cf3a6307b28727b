package dev.baliza.sim.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The classic capture format of tcpdump, in both byte orders and both resolutions. */
final class PcapFile {
    private static final int MICROS = 0xA1B2C3D4;
    private static final int NANOS = 0xA1B23C4D;
    private static final int PCAPNG = 0x0A0D0D0A;
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_BYTES = 16;
    /** The largest snapshot length that capture tools write. */
    private static final int MAX_PACKET_BYTES = 262_144;

    private PcapFile() {}

    /** Whether the bytes begin like a capture of any format. */
    static boolean looksLike(ByteBuffer bytes) {
        if (bytes.remaining() < 4) {
            return false;
        }
        int magic = bytes.getInt(bytes.position());
        int swapped = Integer.reverseBytes(magic);
        return magic == MICROS || magic == NANOS || swapped == MICROS || swapped == NANOS || magic == PCAPNG;
    }

    /** All packets; a last record that the file cuts off is left out. */
    static List<Packet> read(ByteBuffer input) throws CaptureException {
        ByteBuffer bytes = input.slice();
        if (!looksLike(bytes)) {
            throw new CaptureException("not a capture: expected a file that tcpdump -w or tshark -F pcap -w wrote");
        }
        if (bytes.getInt(0) == PCAPNG) {
            throw new CaptureException("the capture is pcapng; write it as classic pcap: editcap -F pcap IN OUT");
        }
        if (bytes.limit() < HEADER_BYTES) {
            throw new CaptureException("the capture ends inside its header of 24 bytes: capture again");
        }
        int magic = bytes.getInt(0);
        if (magic != MICROS && magic != NANOS) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
        int perMicro = bytes.getInt(0) == NANOS ? 1_000 : 1;
        int linkType = bytes.getInt(20) & 0x0FFF_FFFF; // the upper bits tell of frame check sequences
        List<Packet> packets = new ArrayList<>();
        int at = HEADER_BYTES;
        while (bytes.limit() - at >= RECORD_BYTES) {
            long micros =
                    (bytes.getInt(at) & 0xFFFF_FFFFL) * 1_000_000 + (bytes.getInt(at + 4) & 0xFFFF_FFFFL) / perMicro;
            int captured = bytes.getInt(at + 8);
            int original = bytes.getInt(at + 12);
            at += RECORD_BYTES;
            if (captured < 0 || captured > MAX_PACKET_BYTES) {
                throw new CaptureException("packet " + (packets.size() + 1) + " says it has " + captured
                        + " bytes (byte " + (at - 8) + " of the file): the capture is damaged");
            }
            if (captured > bytes.limit() - at) {
                break;
            }
            ByteBuffer packet = bytes.slice(at, captured).order(ByteOrder.BIG_ENDIAN);
            packets.add(new Packet(packets.size() + 1, micros, linkType, captured < original, packet));
            at += captured;
        }
        return packets;
    }
}
