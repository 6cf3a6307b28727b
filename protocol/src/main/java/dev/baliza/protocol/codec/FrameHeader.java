package dev.baliza.protocol.codec;

import dev.baliza.protocol.AckLevel;

/**
 * What a sender says in a header besides type and length. Spec: SPEC §3.1.
 *
 * @param flags {@link Frame#LEVEL_MASK} and the other flags; EXTENSIONS is set by the encoder
 * @param back seq − floor, or {@link dev.baliza.protocol.Limits#BACK_UNSET}
 */
public record FrameHeader(long device, long epoch, long seq, long pn, int back, int flags) {
    /** Flags of a device's frame that asks for this level. */
    public static int flags(AckLevel level, boolean ackNow) {
        return level.ordinal() | (ackNow ? Frame.ACK_NOW : 0);
    }
}
