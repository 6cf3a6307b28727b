package dev.baliza.sim.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes captures for tests: one link type, one connection. */
public final class PcapWriter {
    public static final int CLIENT_PORT = 50_000;
    private static final int ETHERNET = 1;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;
    private final int linkType;
    private final boolean ipv6;
    private int seconds = 1_790_000_000;

    public PcapWriter(int linkType, boolean ipv6, ByteOrder order) {
        this.order = order;
        this.linkType = linkType;
        this.ipv6 = ipv6;
        ByteBuffer header = ByteBuffer.allocate(24).order(order);
        header.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0);
        out.writeBytes(header.putInt(262_144).putInt(linkType).array());
    }

    public static PcapWriter ethernet() {
        return new PcapWriter(ETHERNET, false, ByteOrder.LITTLE_ENDIAN);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    public PcapWriter udp(int from, int to, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length);
        udp.putShort((short) from).putShort((short) to).putShort((short) (8 + payload.length));
        return ip(17, udp.putShort((short) 0).put(payload).array(), 0);
    }

    public PcapWriter syn(int from, int to, long seq) {
        return segment(from, to, seq, SYN, new byte[0]);
    }

    public PcapWriter tcp(int from, int to, long seq, byte[] payload) {
        return segment(from, to, seq, ACK, payload);
    }

    private PcapWriter segment(int from, int to, long seq, int flags, byte[] payload) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + payload.length);
        tcp.putShort((short) from).putShort((short) to).putInt((int) seq).putInt(0);
        tcp.put((byte) 0x50).put((byte) flags).putShort((short) 8192).putInt(0);
        return ip(6, tcp.put(payload).array(), 0);
    }

    /** The first fragment of a datagram. */
    public PcapWriter fragment() {
        return ip(17, new byte[64], 0x2000);
    }

    private PcapWriter ip(int protocol, byte[] transport, int fragment) {
        ByteBuffer ip = ByteBuffer.allocate((ipv6 ? 48 : 20) + transport.length);
        if (ipv6) { // with a hop-by-hop header of 8 bytes
            ip.putInt(0x60000000)
                    .putShort((short) (8 + transport.length))
                    .put((byte) 0)
                    .put((byte) 64);
            ip.put(new byte[15]).put((byte) 1).put(new byte[15]).put((byte) 1);
            ip.put((byte) protocol).put((byte) 0).put(new byte[6]);
        } else {
            ip.put((byte) 0x45).put((byte) 0).putShort((short) ip.capacity()).putShort((short) 0);
            ip.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
            ip.put(new byte[] {127, 0, 0, 1}).put(new byte[] {127, 0, 0, 1});
        }
        return packet(ip.put(transport).array());
    }

    private PcapWriter packet(byte[] ip) {
        byte[] link = link();
        int padding = linkType == ETHERNET ? Math.max(0, 60 - link.length - ip.length) : 0;
        ByteBuffer record =
                ByteBuffer.allocate(16 + link.length + ip.length + padding).order(order);
        int size = record.capacity() - 16;
        record.putInt(seconds++).putInt(0).putInt(size).putInt(size);
        out.writeBytes(record.put(link).put(ip).array());
        return this;
    }

    private byte[] link() {
        short type = (short) (ipv6 ? 0x86DD : 0x0800);
        return switch (linkType) {
            case 0 -> new byte[4];
            case ETHERNET -> // behind a VLAN tag
                ByteBuffer.allocate(18)
                        .put(new byte[12])
                        .putShort((short) 0x8100)
                        .putShort((short) 5)
                        .putShort(type)
                        .array();
            case 113 -> ByteBuffer.allocate(16).put(new byte[14]).putShort(type).array();
            case 276 -> ByteBuffer.allocate(20).putShort(type).array();
            default -> new byte[0];
        };
    }
}
