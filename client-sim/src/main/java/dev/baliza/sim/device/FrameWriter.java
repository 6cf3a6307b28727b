package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.seal.ReplayWindow;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a device's frames. Confined to one thread. */
final class FrameWriter {
    private static final int PING_ECHO_BYTES = 16;
    private static final int UNKNOWN_EVERY = 8;
    private static final int UNKNOWN_TYPE = 0x3F;

    private final long id;
    private final String name;
    private final Wire wire;
    private final @Nullable Vault vault;
    private final ByteBuffer scratch = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
    /** By epoch, where the device numbers them: as the server sees them. */
    private final Map<Long, ReplayWindow> windows = new HashMap<>();

    private @Nullable Long token;
    private long helloPn;
    private long transmissions;
    private long controlRepeats;

    /** @param vault null in the open profile */
    FrameWriter(long id, String name, Wire wire, @Nullable Vault vault) {
        this.vault = vault;
        this.id = id;
        this.name = name;
        this.wire = wire;
    }

    /** Echoed until an answer shows that the server took it; null for none (SPEC §9.2). */
    void token(@Nullable Long value) {
        token = value;
    }

    /** Frames written, re-sent and control ones included, before the faults. */
    long transmissions() {
        return transmissions;
    }

    /** HELLO; without a life yet it asks for its epoch. */
    void hello(@Nullable Life life, Message.Hello hello) {
        FrameHeader header = life == null
                ? new FrameHeader(id, 0, 0, helloPn++, Limits.BACK_UNSET, 0)
                : control(life, life.issued() - life.floor());
        Extensions padded = Extensions.named(name).padTo(Limits.MIN_HELLO_BYTES);
        send(header, padded, hello, heard(life, header.pn()), false);
    }

    /** PING that tells how many frames there were (SPEC §5.10). */
    void ping(Life life, long back, long nowMicros) {
        Message ping = new Message.Ping(nowMicros, ByteBuffer.allocate(PING_ECHO_BYTES));
        FrameHeader header = control(life, back);
        send(header, Extensions.NONE, ping, heard(life, header.pn()), true);
    }

    void heartbeat(Life life, long back, Message.Heartbeat beat) {
        FrameHeader header = control(life, back);
        send(header, Extensions.NONE, beat, heard(life, header.pn()), false);
    }

    /** Acknowledges frames of the server (SPEC §7.9.2). */
    void ack(Life life, long back, Message.Ack ack) {
        FrameHeader header = control(life, back);
        send(header, Extensions.NONE, ack, heard(life, header.pn()), false);
    }

    /** A message that has no number of its own. */
    void control(Life life, long back, Message message) {
        FrameHeader header = control(life, back);
        send(header, Extensions.NONE, message, heard(life, header.pn()), false);
    }

    private FrameHeader control(Life life, long back) {
        return new FrameHeader(id, life.epoch(), life.issued(), life.nextPn(), (int) back, 0);
    }

    private Departure heard(@Nullable Life life, long pn) {
        long next = life == null ? 0 : life.issued();
        return new Departure() {
            private final ReplayWindow window = life == null || vault == null || !vault.numbersEpochs()
                    ? new ReplayWindow()
                    : windows.computeIfAbsent(life.epoch(), epoch -> new ReplayWindow());

            @Override
            public void onWire() {
                if (life != null) {
                    life.heard(next);
                }
                controlRepeats += window.accept(pn) ? 0 : 1;
            }
        };
    }

    /**
     * Control frames that are replays when they are sealed: copies beyond the first, and those of a board that was written anew
     * and uses the packet numbers of its first life once more.
     */
    long controlRepeats() {
        return controlRepeats;
    }

    /** A sequenced frame with the next packet number of its life. */
    void sequenced(Issued frame, AckLevel level, long nowMicros) {
        Life life = frame.life();
        AckLevel asked = frame.reliable() ? level : AckLevel.NONE;
        long back = frame.seq() - Math.min(life.floor(), frame.seq());
        long pn = life.nextPn();
        frame.sent(pn, asked, nowMicros);
        FrameHeader header =
                new FrameHeader(id, life.epoch(), frame.seq(), pn, (int) back, FrameHeader.flags(asked, false));
        Extensions extensions = tolerance(Extensions.named(frame.message() instanceof Message.Describe ? name : null))
                .withToken(token)
                .padTo(frame.reliable() ? Limits.MIN_RELIABLE_BYTES : 0);
        send(header, extensions, frame.message(), frame, false);
    }

    /** Now and then an extension that this version does not define: receivers must go on skipping what they do not know. */
    private Extensions tolerance(Extensions extensions) {
        return transmissions % UNKNOWN_EVERY == 0
                ? extensions.with(new Extensions.Entry(UNKNOWN_TYPE, ByteBuffer.wrap(new byte[] {1, 2, 3})))
                : extensions;
    }

    private void send(
            FrameHeader header, Extensions extensions, Message message, Departure departure, boolean sheltered) {
        transmissions++;
        scratch.clear();
        FrameCodec.write(scratch, header, extensions, message);
        ByteBuffer bytes = ByteBuffer.allocate(scratch.position());
        bytes.put(scratch.flip()).flip();
        wire.send(vault == null ? bytes : vault.seal(bytes), departure, sheltered);
    }
}
