package dev.baliza.sim.device;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** A device's key and what is derived from it for its lives. Confined to one thread. Spec: SPEC §10. */
public final class Vault {
    private static final int SEALED_ROOM = FrameSealer.MAX_OVERHEAD_BYTES;

    /** Who named an epoch: the boot that asked and the server's nonce. */
    private record Naming(BootNonce boot, BootNonce server) {}

    private final DeviceKey key;
    private final FrameSealer sealer;
    private final Map<Long, Naming> named = new HashMap<>();
    private final Map<Long, SecretKey> up = new HashMap<>();
    private final Map<Object, SecretKey> down = new HashMap<>();
    private BootNonce boot = new BootNonce(0, 0);
    private @Nullable BootNonce serverNonce;

    /** @param sealer may be shared by the devices of a thread */
    public Vault(DeviceKey key, FrameSealer sealer) {
        this.key = key;
        this.sealer = sealer;
    }

    /** Whether the device counts its epochs itself. */
    public boolean numbersEpochs() {
        return key.deviceNumbersEpochs();
    }

    /** A new boot. */
    public void booted(BootNonce nonce) {
        boot = nonce;
    }

    /** The WELCOME that was opened last named this epoch. */
    public void welcomed(long epoch) {
        BootNonce server = serverNonce;
        if (server != null && !key.deviceNumbersEpochs()) {
            Naming naming = new Naming(boot, server);
            if (!naming.equals(named.put(epoch, naming))) {
                up.remove(epoch);
            }
        }
    }

    /** The same frame, sealed. */
    public ByteBuffer seal(ByteBuffer open) {
        boolean hello = open.get(Frame.TYPE_OFFSET) == MessageType.HELLO.code();
        long epoch = open.getInt(Frame.EPOCH_OFFSET) & 0xFFFF_FFFFL;
        SecretKey with = hello && !key.deviceNumbersEpochs() ? key.hello(epoch, boot) : up(epoch);
        ByteBuffer sealed = ByteBuffer.allocate(open.limit() + SEALED_ROOM);
        sealer.seal(open, with, key.keyId(), hello ? boot : null, sealed);
        return sealed.flip();
    }

    private SecretKey up(long epoch) {
        return up.computeIfAbsent(epoch, e -> {
            Naming naming = named.get(e);
            if (key.deviceNumbersEpochs()) {
                return key.up(e);
            }
            if (naming == null) {
                throw new IllegalStateException("no WELCOME named epoch " + e);
            }
            return key.up(e, naming.boot, naming.server);
        });
    }

    /**
     * Opens an answer; null when it is not from the server.
     *
     * @param epochs of the device that may be meant, the present one first
     */
    public @Nullable Frame open(Frame sealed, Iterable<Long> epochs) {
        ByteBuffer bytes = sealed.whole();
        if (sealed.typeCode() == MessageType.WELCOME.code() && !key.deviceNumbersEpochs()) {
            BootNonce server = FrameSealer.clearNonce(bytes, 0, sealed.length());
            Frame frame = server == null ? null : sealer.open(bytes, 0, sealed.length(), key.welcome(boot, server));
            serverNonce = frame == null ? serverNonce : server;
            return frame;
        }
        for (long epoch : epochs) {
            SecretKey with = down(sealed.epoch(), epoch);
            Frame frame = with == null ? null : sealer.open(bytes, 0, sealed.length(), with);
            if (frame != null) {
                return frame;
            }
        }
        return null;
    }

    private @Nullable SecretKey down(long instance, long epoch) {
        if (key.deviceNumbersEpochs()) {
            return cached(instance + "/" + epoch, unused -> key.down(instance, epoch));
        }
        Naming naming = named.get(epoch);
        return naming == null
                ? null
                : cached(instance + "/" + naming.server, unused -> key.down(instance, naming.server));
    }

    private SecretKey cached(Object id, Function<Object, SecretKey> derive) {
        return down.computeIfAbsent(id, derive);
    }
}
