package dev.baliza.sim.device;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Message;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a device comes by its epochs: it counts them itself, or the server names them for its boots. Confined to one thread. Spec: SPEC §4.2. */
final class Epochs {
    /** Faster than it can boot, so that no later run begins in an epoch of an earlier one. */
    private static final long OWN_EPOCH_MICROS = 500_000;

    private final boolean flash;
    private final Supplier<BootNonce> nonces;
    private final @Nullable Vault vault;
    private final Lives lives;
    private BootNonce nonce;

    /**
     * @param flash whether it keeps its epoch over a boot in the open profile
     * @param nonces a fresh one at each boot; in the whole run and in later ones none may come twice
     * @param vault null in the open profile
     */
    Epochs(boolean flash, Supplier<BootNonce> nonces, @Nullable Vault vault, Lives lives) {
        this.flash = flash;
        this.nonces = nonces;
        this.vault = vault;
        this.lives = lives;
        nonce = nonces.get();
        tellVault();
    }

    BootNonce nonce() {
        return nonce;
    }

    private void newNonce() {
        nonce = nonces.get();
        tellVault();
    }

    private void tellVault() {
        if (vault != null) {
            vault.booted(nonce);
        }
    }

    /** Whether its key lets it count epochs itself. */
    private boolean countsSealed() {
        return vault != null && vault.numbersEpochs();
    }

    /** Whether the server must be asked for every epoch: so says its key. */
    private boolean mustAsk() {
        return vault != null && !vault.numbersEpochs();
    }

    /** The first one, where nobody is asked for it. */
    void beginIfCounted(long nowMicros) {
        if (lives.current() == null && countsSealed()) {
            lives.begin(nowMicros / OWN_EPOCH_MICROS);
        }
    }

    /** With flash it counts its epoch on and keeps its queue; without, all is gone and the server is asked. */
    void boot() {
        Life old = lives.current();
        if (old != null && (vault == null ? flash : countsSealed())) {
            lives.holdCurrent();
            lives.begin(old.epoch() + 1);
        } else {
            lives.forget();
        }
        newNonce();
    }

    /** The board was written anew: an epoch counter that begins at 1 (SPEC §4.2.6). */
    void reflash() {
        lives.forget();
        if (!mustAsk()) {
            lives.begin(1);
        }
        newNonce();
    }

    /** Before a counter would wrap: the next life, as after a boot; frames of this one are still sent (SPEC §1.3). */
    void beginAnew() {
        newNonce();
        lives.holdCurrent();
    }

    /** The server closed the present epoch; the device goes on with the next one (SPEC §4.2.5). */
    void closed(long serverEpoch) {
        if (mustAsk()) {
            newNonce();
        } else {
            lives.begin(serverEpoch + 1);
        }
    }

    /** Whether this answers the present boot. */
    boolean isMine(Message.Welcome welcome) {
        Life current = lives.current();
        return welcome.bootNonce().equals(nonce) && (current == null || current.epoch() == welcome.epoch());
    }

    /** The present epoch after that WELCOME. */
    Life welcomed(Message.Welcome welcome) {
        if (vault != null) {
            vault.welcomed(welcome.epoch());
        }
        Life current = lives.current();
        return current == null ? lives.begin(welcome.epoch()) : current;
    }
}
