package dev.baliza.sim.device;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;

/** How long a device has been up, and the messages that tell it. Confined to one thread. Spec: SPEC §6.1, §6.3. */
final class Uptime {
    private static final int POWER_ON = 1;

    private long bootMicros;

    Uptime(long bootMicros) {
        this.bootMicros = bootMicros;
    }

    void booted(long nowMicros) {
        bootMicros = nowMicros;
    }

    private long micros(long nowMicros) {
        return Math.max(0, nowMicros - bootMicros);
    }

    Message.Hello hello(BootNonce nonce, Lives lives, long nowMicros) {
        return new Message.Hello(nonce, micros(nowMicros), lives.lowestHeld(), Limits.MAX_FRAME_BYTES, POWER_ON);
    }

    Message.Heartbeat heartbeat(Life now, Lives lives, long readings, long nowMicros) {
        return new Message.Heartbeat(
                micros(nowMicros), lives.lowestHeld(), POWER_ON, now.waitingFrames(), lives.gaveUp(), readings);
    }
}
