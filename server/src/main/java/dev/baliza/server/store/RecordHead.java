package dev.baliza.server.store;

import dev.baliza.protocol.Limits;

/**
 * What a record says besides its payload and its place. Spec: STORE §3, §4.
 *
 * @param code type of the frame, reason of the rejection, or its owner's
 * @param back how far the floor of the frame is behind its number; {@link Limits#BACK_UNSET}: it names none
 * @param byUdp whether the frame came by UDP
 * @param arrivalMicros when the frame arrived
 */
public record RecordHead(
        RecordKind kind, int code, long device, long epoch, long seq, int back, boolean byUdp, long arrivalMicros) {
    /** Of a record that no frame is behind. */
    public static RecordHead of(RecordKind kind, int code, long device, long epoch, long seq, long micros) {
        return new RecordHead(kind, code, device, epoch, seq, Limits.BACK_UNSET, false, micros);
    }
}
