package dev.baliza.sim.capture;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a UDP datagram or a TCP segment carries.
 *
 * @param seq TCP's number of the first byte; 0 for UDP
 * @param syn whether it opens a TCP stream
 */
record Segment(boolean tcp, InetSocketAddress from, InetSocketAddress to, long seq, boolean syn, ByteBuffer payload) {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int IPV6_FRAGMENT = 44;
    private static final int SYN = 0x02;

    /** Reads an IP packet; null when it is neither UDP nor TCP, is damaged, or is a fragment. */
    static @Nullable Segment read(ByteBuffer ip) {
        if (ip.limit() < 20) {
            return null;
        }
        return switch ((ip.get(0) & 0xF0) >> 4) {
            case 4 -> ipv4(ip);
            case 6 -> ipv6(ip);
            default -> null;
        };
    }

    /** Whether the packet is one of several that its sender's IP layer made of one. */
    static boolean isFragment(ByteBuffer ip) {
        return switch (ip.limit() < 20 ? 0 : (ip.get(0) & 0xF0) >> 4) {
            case 4 -> (ip.getShort(6) & 0x3FFF) != 0;
            case 6 -> ip.get(6) == IPV6_FRAGMENT;
            default -> false;
        };
    }

    private static @Nullable Segment ipv4(ByteBuffer ip) {
        int header = (ip.get(0) & 0x0F) * 4;
        int total = ip.getShort(2) & 0xFFFF;
        int end = total == 0 ? ip.limit() : Math.min(total, ip.limit()); // 0: left to the network card
        if (header < 20 || header > end || isFragment(ip)) {
            return null;
        }
        return transport(ip.slice(header, end - header), ip.get(9) & 0xFF, address(ip, 12, 4), address(ip, 16, 4));
    }

    private static @Nullable Segment ipv6(ByteBuffer ip) {
        if (ip.limit() < 40) {
            return null;
        }
        int size = ip.getShort(4) & 0xFFFF;
        int end = size == 0 ? ip.limit() : Math.min(40 + size, ip.limit());
        int next = ip.get(6) & 0xFF;
        int at = 40;
        while ((next == 0 || next == 43 || next == 60) && at + 8 <= end) { // hop-by-hop, routing, destination options
            next = ip.get(at) & 0xFF;
            at += 8 * ((ip.get(at + 1) & 0xFF) + 1);
        }
        return at > end ? null : transport(ip.slice(at, end - at), next, address(ip, 8, 16), address(ip, 24, 16));
    }

    private static @Nullable Segment transport(ByteBuffer bytes, int protocol, InetAddress from, InetAddress to) {
        int header = protocol == UDP ? 8 : protocol == TCP ? 20 : Integer.MAX_VALUE;
        if (bytes.limit() < header) {
            return null;
        }
        InetSocketAddress source = new InetSocketAddress(from, bytes.getShort(0) & 0xFFFF);
        InetSocketAddress target = new InetSocketAddress(to, bytes.getShort(2) & 0xFFFF);
        if (protocol == UDP) {
            int size = bytes.getShort(4) & 0xFFFF;
            int end = size < 8 ? bytes.limit() : Math.min(size, bytes.limit());
            return new Segment(false, source, target, 0, false, bytes.slice(8, end - 8));
        }
        int data = ((bytes.get(12) & 0xF0) >> 4) * 4;
        if (data < 20 || data > bytes.limit()) {
            return null;
        }
        boolean syn = (bytes.get(13) & SYN) != 0;
        long seq = bytes.getInt(4) & 0xFFFF_FFFFL;
        return new Segment(true, source, target, seq, syn, bytes.slice(data, bytes.limit() - data));
    }

    private static InetAddress address(ByteBuffer bytes, int at, int size) {
        byte[] raw = new byte[size];
        bytes.get(at, raw);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }
}
