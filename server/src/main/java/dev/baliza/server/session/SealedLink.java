package dev.baliza.server.session;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.Operator;
import dev.baliza.protocol.seal.ReplayWindow;
import dev.baliza.server.books.FrameFault;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one device uses at present: of its boots and of its epochs, each with what was seen under it. Thread: its shard's.
 * Limits: 8 boots, 5 epochs. Spec: SPEC §10.2, §10.3.
 */
final class SealedLink {
    private static final int MAX_BOOTS = 8;
    private static final int MAX_LIVES = Limits.MAX_OPEN_EPOCHS + 1;
    private static final BootNonce NONE = new BootNonce(0, 0);

    /** An epoch, or a boot that asks for one, under one of the device's keys. */
    private record Id(long epoch, int keyId, BootNonce bootNonce) {}

    /** Keys of both directions and the numbers of control frames seen. */
    private record Life(SecretKey up, SecretKey down, int keyId, BootNonce clear, ReplayWindow control) {
        Seal seal(boolean welcome) {
            return new Seal(down, keyId, welcome ? clear : null);
        }
    }

    private final SecureRandom random;
    private final long instance;
    private final Map<BootNonce, BootNonce> serverNonces = new LinkedHashMap<>();
    private final Map<Long, BootNonce> boots = new LinkedHashMap<>();
    private final Map<Id, Life> hellos = new LinkedHashMap<>();
    private final Map<Id, Life> lives = new LinkedHashMap<>();
    private @Nullable Life newest;
    private long newestEpoch = -1;
    private final BitSet usedKeys = new BitSet(256);
    private @Nullable Operator operator;
    /** Of the frame that was opened last: its answer goes under the same keys. */
    private @Nullable Life current;

    SealedLink(long instance, SecureRandom random) {
        this.instance = instance;
        this.random = random;
    }

    /**
     * Opens a frame.
     *
     * @return why it must be dropped; null when {@code opened} has it
     */
    @Nullable
    FrameFault open(Frame outer, DeviceKey key, FrameSealer sealer, Opened opened) {
        boolean hello = outer.typeCode() == MessageType.HELLO.code();
        BootNonce clear = hello ? FrameSealer.clearNonce(outer.whole(), 0, outer.length()) : null;
        if (hello && clear == null) {
            return FrameFault.BAD_TAG;
        }
        boolean asks = clear != null && !key.deviceNumbersEpochs();
        Id id = new Id(outer.epoch(), key.keyId(), clear != null && asks ? clear : NONE);
        Map<Id, Life> known = asks ? hellos : lives;
        Life life = known.get(id);
        boolean fresh = life == null;
        if (life == null) {
            life = asks ? hello(id, key) : life(id, key);
        }
        Frame frame = life == null ? null : sealer.open(outer.whole(), 0, outer.length(), life.up);
        if (life == null || frame == null || (clear != null && !namesItself(frame, clear))) {
            return FrameFault.BAD_TAG;
        }
        if (fresh) {
            remember(id, life, known, asks);
        }
        if (!frame.sequenced() && !life.control.accept(frame.pn())) {
            return FrameFault.REPLAYED;
        }
        current = life;
        operator = key.operator();
        usedKeys.set(key.keyId());
        if (!asks && id.epoch >= newestEpoch) {
            newest = life;
            newestEpoch = id.epoch;
        }
        opened.frame = frame;
        return null;
    }

    /** Whose key opened the last frame, when it is an operator's. */
    @Nullable
    Operator operator() {
        return operator;
    }

    /** Ids of all keys that frames were opened with. */
    IntStream usedKeys() {
        return usedKeys.stream();
    }

    /** What an answer to the frame that was opened last is sealed with, whenever it goes; null for a HELLO that asks. */
    @Nullable
    Seal currentSeal() {
        Life life = current;
        return life == null || hellos.containsValue(life) ? null : life.seal(false);
    }

    /** Holds the frame that was opened: valid until the next one. */
    static final class Opened {
        private @Nullable Frame frame;

        @Nullable
        Frame frame() {
            return frame;
        }
    }

    private static boolean namesItself(Frame frame, BootNonce clear) {
        try {
            frame.readExtensions();
        } catch (ProtocolException e) {
            return false;
        }
        ByteBuffer payload = frame.payload();
        return payload.remaining() >= Limits.NONCE_BYTES
                && payload.getLong(0) == clear.high()
                && payload.getLong(Long.BYTES) == clear.low();
    }

    private Life hello(Id id, DeviceKey key) {
        BootNonce server = serverNonces.get(id.bootNonce);
        BootNonce clear = server != null ? server : new BootNonce(random.nextLong(), random.nextLong());
        return new Life(
                key.hello(id.epoch, id.bootNonce),
                key.welcome(id.bootNonce, clear),
                key.keyId(),
                clear,
                new ReplayWindow());
    }

    /** Null for an epoch that the server should have named but does not remember. */
    private @Nullable Life life(Id id, DeviceKey key) {
        if (key.deviceNumbersEpochs()) {
            return new Life(key.up(id.epoch), key.down(instance, id.epoch), key.keyId(), NONE, new ReplayWindow());
        }
        BootNonce boot = boots.get(id.epoch);
        BootNonce server = boot == null ? null : serverNonces.get(boot);
        return boot == null || server == null
                ? null
                : new Life(
                        key.up(id.epoch, boot, server),
                        key.down(instance, server),
                        key.keyId(),
                        server,
                        new ReplayWindow());
    }

    private void remember(Id id, Life life, Map<Id, Life> known, boolean asks) {
        known.put(id, life);
        trim(known, asks ? MAX_BOOTS : MAX_LIVES, null);
        if (asks) {
            serverNonces.put(id.bootNonce, life.clear);
            trim(serverNonces, MAX_BOOTS, boots.get(newestEpoch));
        }
    }

    /** Forgets the oldest, but not what the present life needs: somebody may send many old HELLOs again. */
    private static void trim(Map<?, ?> map, int size, @Nullable Object needed) {
        for (Iterator<?> oldest = map.keySet().iterator(); map.size() > size && oldest.hasNext(); ) {
            if (!oldest.next().equals(needed)) {
                oldest.remove();
            }
        }
    }

    /** WELCOME names this epoch for this boot: its keys follow from now on. */
    void welcomed(long epoch, BootNonce bootNonce) {
        boots.put(epoch, bootNonce);
        trim(boots, MAX_BOOTS, newestEpoch);
    }

    /** What an answer is sealed with; null when no key can be known, so that it must not go. */
    @Nullable
    Seal sealFor(Message message) {
        if (message instanceof Message.Ack ack) {
            for (Map.Entry<Id, Life> one : lives.entrySet()) {
                if (one.getKey().epoch == ack.epoch()) {
                    return one.getValue().seal(false);
                }
            }
        }
        boolean unasked = message instanceof Message.Ack
                || message instanceof Message.Goodbye
                || message instanceof Message.Ping
                || message.type().sequenced()
                || message instanceof Message.Exchange;
        Life life = unasked ? newest : current;
        return life == null || (hellos.containsValue(life) && !(message instanceof Message.Welcome))
                ? null
                : life.seal(message instanceof Message.Welcome);
    }
}
