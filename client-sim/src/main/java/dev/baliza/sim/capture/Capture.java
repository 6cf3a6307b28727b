package dev.baliza.sim.capture;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a capture holds for one port.
 *
 * @param units datagrams and streams, in the order of their first packet
 * @param fragments packets that IP cut into pieces, which are not read
 * @param cut packets of which the capture holds only the beginning
 */
public record Capture(List<Unit> units, int fragments, int cut) {
    /**
     * A datagram, or one direction of a TCP connection.
     *
     * @param packet number of its first packet, from 1 on
     * @param micros since 1970, when that was captured
     * @param fromStart whether the first byte begins a frame: false for a stream that was open before the capture
     * @param behindGap bytes of a stream that stand behind a lost segment and are not in {@code bytes}
     */
    public record Unit(
            boolean tcp,
            int packet,
            long micros,
            InetSocketAddress from,
            InetSocketAddress to,
            boolean fromStart,
            long behindGap,
            ByteBuffer bytes) {}

    private record Flow(InetSocketAddress from, InetSocketAddress to) {}

    private record Stream(Packet first, Reassembly bytes) {}

    public Capture {
        units = List.copyOf(units);
    }

    /** Whether the bytes begin like a capture, of a format that can be read or not. */
    public static boolean looksLike(ByteBuffer bytes) {
        return PcapFile.looksLike(bytes);
    }

    /** @param port of the server; what goes to or comes from it is kept */
    public static Capture read(ByteBuffer file, int port) throws CaptureException {
        List<Unit> units = new ArrayList<>();
        Map<Flow, Stream> streams = new LinkedHashMap<>();
        int fragments = 0;
        int cut = 0;
        for (Packet packet : PcapFile.read(file)) {
            LinkLayer.check(packet.linkType());
            ByteBuffer ip = LinkLayer.ip(packet.linkType(), packet.bytes());
            Segment segment = ip == null ? null : Segment.read(ip);
            if (ip != null && segment == null && Segment.isFragment(ip)) {
                fragments++;
            }
            if (segment == null
                    || (segment.from().getPort() != port && segment.to().getPort() != port)) {
                continue;
            }
            cut += packet.cut() ? 1 : 0;
            Flow flow = new Flow(segment.from(), segment.to());
            if (!segment.tcp()) {
                units.add(unit(packet, segment, true, 0, segment.payload()));
            } else if (segment.syn() || segment.payload().hasRemaining()) {
                Stream before = streams.get(flow);
                if (before != null && segment.syn() && before.bytes().inOrder().hasRemaining()) {
                    units.add(unit(flow, before)); // the ports are used again
                    streams.remove(flow);
                }
                streams.computeIfAbsent(flow, key -> new Stream(packet, new Reassembly(segment)))
                        .bytes()
                        .add(segment);
            }
        }
        streams.forEach((flow, stream) -> units.add(unit(flow, stream)));
        units.removeIf(unit -> !unit.bytes().hasRemaining() && unit.tcp());
        units.sort((a, b) -> Integer.compare(a.packet(), b.packet()));
        return new Capture(units, fragments, cut);
    }

    private static Unit unit(Packet packet, Segment segment, boolean fromStart, long behindGap, ByteBuffer bytes) {
        return new Unit(
                segment.tcp(),
                packet.number(),
                packet.micros(),
                segment.from(),
                segment.to(),
                fromStart,
                behindGap,
                bytes);
    }

    private static Unit unit(Flow flow, Stream stream) {
        Reassembly bytes = stream.bytes();
        return new Unit(
                true,
                stream.first().number(),
                stream.first().micros(),
                flow.from(),
                flow.to(),
                bytes.fromStart(),
                bytes.behindGap(),
                bytes.inOrder());
    }
}
