package dev.baliza.server.operator;

import dev.baliza.server.session.ResetOutcome;
import java.util.concurrent.CompletableFuture;

/** What operators may do to devices. Thread: any. */
@FunctionalInterface
public interface DeviceControl {
    /** Forgets the epochs of the device with this id. The future completes on a thread of the server, so do not block there. */
    CompletableFuture<ResetOutcome> reset(long device);
}
