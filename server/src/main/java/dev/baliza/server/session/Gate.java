package dev.baliza.server.session;

import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.books.FrameFault;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the sealed frames of a shard's devices. Nothing is remembered of a device before a frame of it was authentic. Thread: its
 * shard's. Spec: SPEC §10.
 */
final class Gate {
    private final Supplier<KeyRing> keys;
    private final long instance;
    private final FrameSealer sealer = new FrameSealer();
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, SealedLink> links = new HashMap<>();
    private final SealedLink.Opened opened = new SealedLink.Opened();

    Gate(Supplier<KeyRing> keys, long instance) {
        this.keys = keys;
        this.instance = instance;
    }

    /** Why a frame must be dropped, or null when {@link #frame} and {@link #link} have it. */
    @Nullable
    FrameFault open(Frame outer) {
        DeviceKey key = keys.get().find(outer.device(), outer.keyId());
        if (key == null) {
            return FrameFault.UNKNOWN_KEY;
        }
        SealedLink known = links.get(outer.device());
        SealedLink link = known == null ? new SealedLink(instance, random) : known;
        FrameFault fault = link.open(outer, key, sealer, opened);
        if (fault == null && known == null) {
            links.put(outer.device(), link);
        }
        return fault;
    }

    /** Whether no frame of the device was sealed with a key that is in force. */
    boolean isFresh(long device) {
        SealedLink link = links.get(device);
        return link == null || link.usedKeys().noneMatch(keyId -> keys.get().find(device, keyId) != null);
    }

    /** Forgets the device's boots and epochs, whose keys are revoked. */
    void forget(long device) {
        links.remove(device);
    }

    /** The frame that was opened last. */
    Frame frame() {
        Frame frame = opened.frame();
        if (frame == null) {
            throw new IllegalStateException("nothing was opened");
        }
        return frame;
    }

    /** Of a device that a frame was opened of. */
    SealedLink link(long device) {
        SealedLink link = links.get(device);
        if (link == null) {
            throw new IllegalStateException("nothing was opened");
        }
        return link;
    }
}
