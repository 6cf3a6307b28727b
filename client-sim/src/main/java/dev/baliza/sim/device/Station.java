package dev.baliza.sim.device;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A device that speaks mostly control messages, open or sealed: introduces itself, keeps its epoch and its token. Confined to one thread. Spec:
 * SPEC §4.2, §6.1, §10.
 */
public final class Station {
    private static final long OWN_EPOCH_MICROS = 500_000;
    /** Leaves 30 bits. */
    private static final int FIRST_PN_SHIFT = 34;

    private final @Nullable String name;
    private final long id;
    private final @Nullable Vault vault;
    private final Supplier<BootNonce> nonces;
    private final long bootMicros;
    private BootNonce nonce = new BootNonce(0, 0);
    private long epoch;
    private long pn;
    private long helloPn;
    private boolean welcomed;
    private AckLevel level = AckLevel.COUNTED;
    private @Nullable Long token;

    /**
     * @param name null for a sender that is no device
     * @param key null in the open profile
     * @param nowMicros wall clock
     */
    public Station(@Nullable String name, @Nullable DeviceKey key, Supplier<BootNonce> nonces, long nowMicros) {
        this.name = name;
        this.nonces = nonces;
        id = name == null ? 0 : Names.deviceId(name);
        vault = key == null ? null : new Vault(key, new FrameSealer());
        bootMicros = nowMicros;
        boot();
        welcomed = name == null;
        if (vault != null && vault.numbersEpochs()) {
            epoch = nowMicros / OWN_EPOCH_MICROS;
            pn = nonces.get().high()
                    >>> FIRST_PN_SHIFT; // no nonce of a program that runs beside this one is used again
        }
    }

    /** When the epoch that the station has numbered itself is over and another program may begin one; 0: it has none. */
    public long ownEpochEndsMicros() {
        return vault != null && vault.numbersEpochs() ? bootMicros + OWN_EPOCH_MICROS : 0;
    }

    private void boot() {
        nonce = nonces.get();
        welcomed = false;
        if (vault != null) {
            vault.booted(nonce);
        }
    }

    /** Whether the server has answered HELLO since the last connection began. */
    public boolean isWelcomed() {
        return welcomed;
    }

    /** A new connection stands, or the server may have forgotten. */
    public void greetAgain() {
        welcomed = name == null;
    }

    /** HELLO, in the epoch that it has. */
    public ByteBuffer hello(long nowMicros) {
        Message hello = new Message.Hello(nonce, Math.max(0, nowMicros - bootMicros), 0, Limits.MAX_FRAME_BYTES, 0);
        FrameHeader header = epoch == 0
                ? new FrameHeader(id, 0, 0, helloPn++, Limits.BACK_UNSET, 0)
                : new FrameHeader(id, epoch, 0, pn++, 0, 0);
        return frame(header, Extensions.named(name).padTo(Limits.MIN_HELLO_BYTES), hello);
    }

    /** A control frame. */
    public ByteBuffer control(Message message, int atLeastBytes) {
        FrameHeader header = new FrameHeader(id, epoch, 0, pn++, id == 0 ? Limits.BACK_UNSET : 0, 0);
        return frame(header, Extensions.NONE.withToken(token).padTo(atLeastBytes), message);
    }

    /**
     * A data frame that wants to be stored, or what else WELCOME names as the highest, and acknowledged; with the station's name.
     *
     * @param seq of the frame in its epoch; the same when it is sent again
     */
    public ByteBuffer data(long seq, Message message) {
        FrameHeader header = new FrameHeader(id, epoch, seq, pn++, 0, FrameHeader.flags(level, true));
        return frame(header, Extensions.named(name).withToken(token).padTo(Limits.MIN_RELIABLE_BYTES), message);
    }

    private ByteBuffer frame(FrameHeader header, Extensions extensions, Message message) {
        ByteBuffer bytes = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        FrameCodec.write(bytes, header, extensions, message);
        bytes.flip();
        return vault == null ? bytes : vault.seal(bytes);
    }

    /** What the server says; null when it is not from the server, or was for this station alone. */
    public @Nullable Message open(Frame outer) throws ProtocolException {
        if (outer.has(Frame.SEALED) != (vault != null)) {
            return null;
        }
        Frame frame = vault == null ? outer : vault.open(outer, List.of(epoch));
        if (frame == null) {
            return null;
        }
        frame.readExtensions();
        MessageType type = frame.type();
        Message message = type == null ? null : MessageCodec.read(type, frame.payload());
        if (message instanceof Message.Welcome welcome) {
            onWelcome(welcome);
            return null;
        }
        if (message instanceof Message.Nack nack && nack.code() == ErrorCode.STALE_EPOCH.number()) {
            onStale(nack);
            return null;
        }
        token = null; // an answer came: the address is known to the server
        return message;
    }

    private void onWelcome(Message.Welcome welcome) {
        if (!welcome.bootNonce().equals(nonce) || (epoch != 0 && epoch != welcome.epoch())) {
            return;
        }
        epoch = welcome.epoch();
        welcomed = true;
        AckLevel highest = welcome.highestLevel();
        level = highest.compareTo(AckLevel.STORED) > 0 ? AckLevel.STORED : highest;
        token = welcome.token();
        if (vault != null) {
            vault.welcomed(epoch);
        }
    }

    private void onStale(Message.Nack nack) {
        boolean own = vault != null && vault.numbersEpochs();
        epoch = own ? nack.argument() + 1 : 0;
        pn = 0;
        boot();
    }
}
