package dev.baliza.server.transport;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapHub;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows onlookers what ended before a shard judged it. Thread: one loop's. */
final class FaultTap {
    private final TapHub taps;
    private final LongSupplier clockMicros;

    FaultTap(TapHub taps, LongSupplier clockMicros) {
        this.taps = taps;
        this.clockMicros = clockMicros;
    }

    /** A frame that is not judged, or could not be opened. */
    void show(Frame frame, Peer peer, FrameFault fault) {
        if (!taps.isOn()) {
            return;
        }
        ByteBuffer bytes = taps.wantsBytes() ? TapEvent.copy(frame.whole()) : null;
        TapEvent.Head head = fault == FrameFault.UNKNOWN_VERSION ? null : TapEvent.Head.of(frame);
        ErrorCode code = switch (fault) {
            case UNKNOWN_VERSION -> ErrorCode.UNKNOWN_VERSION;
            case BAD_CHECKSUM -> ErrorCode.BAD_CHECKSUM;
            case FROM_SERVER -> ErrorCode.UNEXPECTED;
            case UNSEALED -> ErrorCode.UNSEALED;
            case UNKNOWN_KEY, BAD_TAG, REPLAYED -> null;
        };
        String detail = switch (fault) {
            case UNKNOWN_VERSION -> "version " + frame.version() + " is not known here";
            case BAD_CHECKSUM -> checksums(frame);
            case FROM_SERVER -> "flag FROM_SERVER is set; a server takes no answers";
            case UNKNOWN_KEY -> "the server has no key of this device with key id " + frame.keyId();
            case UNSEALED -> "devices have keys here; seal the frame, or set insecure: true for devices without one";
            case BAD_TAG -> "it cannot be opened: another secret, or an epoch that nobody named; say HELLO";
            case REPLAYED -> "its packet number was seen before under this key";
        };
        taps.publish(TapEvent.before(
                clockMicros.getAsLong(),
                peer.transport(),
                peer.address(),
                head,
                frame.length(),
                fault.label(),
                code,
                detail,
                bytes));
    }

    private static String checksums(Frame frame) {
        ByteBuffer bytes = frame.whole();
        int end = bytes.limit() - Limits.CHECKSUM_BYTES;
        return "CRC-32C is %08x, the frame says %08x".formatted(FrameCodec.checksum(bytes, 0, end), bytes.getInt(end));
    }

    /**
     * Shows what ended before there was a frame to judge.
     *
     * @param bytes what came, if it is known; borrowed
     */
    void showWithoutFrame(
            Transport transport,
            InetSocketAddress remote,
            String outcome,
            @Nullable ErrorCode code,
            String detail,
            int size,
            @Nullable ByteBuffer bytes) {
        if (taps.isOn()) {
            ByteBuffer copy = bytes != null && taps.wantsBytes() ? TapEvent.copy(bytes) : null;
            taps.publish(TapEvent.before(
                    clockMicros.getAsLong(), transport, remote, null, size, outcome, code, detail, copy));
        }
    }
}
