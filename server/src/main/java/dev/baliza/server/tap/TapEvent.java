package dev.baliza.server.tap;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one frame, or of a datagram or connection that came to none.
 *
 * @param micros when it was judged, microseconds since 1970
 * @param head what its header says; null when there is none. Not to be trusted when the checksum is wrong
 * @param device label of the device; null when no session knows it
 * @param size in bytes; of a connection: of the frame that it broke off in
 * @param outcome label of an outcome, or one of {@link TapFilter#BEFORE_FRAMES}
 * @param code of the rule it broke, or a notice; null when there is none
 * @param detail why, and what would be right; null when there is nothing to add
 * @param readings the first of them in words; null for none
 * @param skipped readings of the frame that were counted and not used
 * @param bytes of the frame; null unless a tap asked for them. Never changed
 */
public record TapEvent(
        long micros,
        Transport transport,
        InetSocketAddress remote,
        @Nullable Head head,
        @Nullable String device,
        int size,
        String outcome,
        @Nullable ErrorCode code,
        @Nullable String detail,
        @Nullable String readings,
        Map<SkipReason, Long> skipped,
        @Nullable ByteBuffer bytes) {
    /** The identity of a frame. */
    public record Head(int type, long device, long epoch, long seq, long pn, int level) {
        public static Head of(Frame frame) {
            return new Head(
                    frame.typeCode(),
                    frame.device(),
                    frame.epoch(),
                    frame.seq(),
                    frame.pn(),
                    frame.level().ordinal());
        }
    }

    public TapEvent {
        skipped = Map.copyOf(skipped);
    }

    /** A frame, datagram or connection that no session saw. */
    public static TapEvent before(
            long micros,
            Transport transport,
            InetSocketAddress remote,
            @Nullable Head head,
            int size,
            String outcome,
            @Nullable ErrorCode code,
            String detail,
            @Nullable ByteBuffer bytes) {
        return new TapEvent(micros, transport, remote, head, null, size, outcome, code, detail, null, Map.of(), bytes);
    }

    /** A copy that stays when the original's buffer is used again. */
    public static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        return copy.put(bytes.duplicate()).flip().asReadOnlyBuffer();
    }
}
