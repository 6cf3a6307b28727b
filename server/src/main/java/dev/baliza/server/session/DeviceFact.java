package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Code of a DEVICE record: what became known of a device by other frames than those that are stored. Spec: STORE §4.1. */
public enum DeviceFact {
    /** Its name; the payload is UTF-8. */
    NAME(1),
    /** The first frame of an epoch came. */
    BEGUN(2),
    /** What HELLO or HEARTBEAT say of an epoch; the payload is a {@link Told}. */
    TOLD(3),
    /** Floor and next by a frame that is not stored itself: as in a control frame. */
    CLAIM(4),
    /** What was missing at the mark before is lost (SPEC §5). */
    MARK(5),
    /** An operator had its epochs forgotten. */
    FORGOTTEN(6),
    /** An epoch closed, and all that was missing or outstanding in it is lost. */
    CLOSED(7);

    private static final @Nullable DeviceFact[] BY_CODE = new @Nullable DeviceFact[16];

    static {
        for (DeviceFact fact : values()) {
            BY_CODE[fact.code] = fact;
        }
    }

    private final int code;

    DeviceFact(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Null for one of a later version. */
    public static @Nullable DeviceFact of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /**
     * Payload of TOLD.
     *
     * @param boot nonce of a HELLO; null: it was a HEARTBEAT
     * @param bootMicros when the device booted, by the server's clock
     */
    public record Told(@Nullable BootNonce boot, long lowestHeld, long bootMicros) {
        ByteBuffer bytes() {
            ByteBuffer to = ByteBuffer.allocate(29);
            to.put((byte) (boot == null ? 0 : 1));
            to.putLong(boot == null ? 0 : boot.high()).putLong(boot == null ? 0 : boot.low());
            return to.putInt((int) lowestHeld).putLong(bootMicros).flip();
        }

        public static Told read(ByteBuffer from) {
            boolean hello = from.get() == 1;
            BootNonce nonce = new BootNonce(from.getLong(), from.getLong());
            return new Told(hello ? nonce : null, from.getInt() & 0xFFFF_FFFFL, from.getLong());
        }
    }
}
