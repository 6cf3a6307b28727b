package dev.baliza.sim.decode;

import dev.baliza.sim.capture.Capture;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where frames stand: bytes as given, or a datagram or stream of a capture.
 *
 * @param unit null for bytes as given
 * @param start of the first frame; what is before it belongs to a frame that the capture does not have whole
 */
record Source(ByteBuffer bytes, Capture.@Nullable Unit unit, int start) {
    static Source of(ByteBuffer bytes) {
        return new Source(bytes, null, 0);
    }

    /** Finds the first frame of a stream that was open before its capture. */
    static Source of(Capture.Unit unit) {
        int start = unit.fromStart() ? 0 : FrameSearch.first(unit.bytes());
        return new Source(unit.bytes(), unit, start);
    }

    boolean isStream() {
        return unit != null && unit.tcp();
    }

    /** One line for people; null for bytes as given. */
    @Nullable
    String line() {
        return unit == null
                ? null
                : "packet %d  %s  %s  %s > %s, %d bytes%s"
                        .formatted(
                                unit.packet(),
                                time(unit),
                                transport(unit),
                                address(unit.from()),
                                address(unit.to()),
                                bytes.limit(),
                                start > 0 ? ", the first " + start + " before the first whole frame" : "");
    }

    static String time(Capture.Unit unit) {
        return Instant.EPOCH.plus(unit.micros(), ChronoUnit.MICROS).toString();
    }

    static String transport(Capture.Unit unit) {
        return unit.tcp() ? "tcp" : "udp";
    }

    static String address(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
    }
}
