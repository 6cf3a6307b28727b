package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapHub;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What onlookers are told of the frame being judged. While nobody looks on, its calls do nothing. Thread: its shard's.
 */
final class Trace {
    private TapHub taps = new TapHub();
    private boolean on;
    private @Nullable ErrorCode code;
    private @Nullable String detail;
    private @Nullable String readings;
    private Map<SkipReason, Long> skippedBefore = Map.of();

    void use(TapHub hub) {
        taps = hub;
    }

    /** Whether somebody looks on; the one volatile read of a frame that nobody watches. */
    boolean wanted() {
        return taps.isOn();
    }

    /** A frame that somebody watches is about to be judged. */
    void begin(Map<SkipReason, Long> skipped) {
        on = true;
        code = null;
        detail = null;
        readings = null;
        skippedBefore = skipped;
    }

    /** Whether the frame being judged is watched, so that words about it are worth making. */
    boolean on() {
        return on;
    }

    void why(ErrorCode newCode, @Nullable String newDetail) {
        if (on) {
            code = newCode;
            detail = newDetail;
        }
    }

    void why(ProtocolException e) {
        String index = e.index() < 0 ? "" : " (reading or channel " + e.index() + ")";
        why(e.code(), e.getMessage() + index);
    }

    /** Adds words to an outcome that breaks no rule. */
    void note(String words) {
        if (on) {
            detail = words;
        }
    }

    void content(Content content) {
        if (on) {
            readings = ReadingsText.of(content);
        }
    }

    /** The frame is shown when it was committed. */
    void waits() {
        on = false;
    }

    /** The frame was judged. */
    void end(
            Frame frame,
            Peer peer,
            @Nullable Session session,
            Outcome outcome,
            Map<SkipReason, Long> skipped,
            long nowMicros) {
        on = false;
        ByteBuffer bytes = taps.wantsBytes() ? TapEvent.copy(frame.whole()) : null;
        taps.publish(new TapEvent(
                nowMicros,
                peer.transport(),
                peer.address(),
                TapEvent.Head.of(frame),
                session == null ? Names.hex(frame.device()) : session.label(),
                frame.length(),
                outcome.label(),
                code,
                detail,
                readings,
                more(skipped),
                bytes));
    }

    private Map<SkipReason, Long> more(Map<SkipReason, Long> skipped) {
        Map<SkipReason, Long> fresh = new EnumMap<>(SkipReason.class);
        skipped.forEach((reason, count) -> {
            long added = count - skippedBefore.getOrDefault(reason, 0L);
            if (added > 0) {
                fresh.put(reason, added);
            }
        });
        return fresh;
    }
}
