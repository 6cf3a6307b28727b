package dev.baliza.sim.device;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where a device's frames go. */
public interface Wire {
    /**
     * Sends one frame.
     *
     * @param frame owned by the receiver of this call
     * @param departure told when a copy really leaves; null where nobody keeps books of it
     * @param sheltered faults leave it alone
     */
    void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered);

    /** Whether frames would go somewhere. */
    boolean isUp();
}
