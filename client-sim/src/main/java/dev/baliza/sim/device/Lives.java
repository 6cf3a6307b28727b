package dev.baliza.sim.device;

import dev.baliza.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The epochs of a device: the present one, those it still holds frames of, and all of them for the books. Confined to one thread. */
final class Lives {
    private static final int MAX_HELD = Limits.MAX_OPEN_EPOCHS - 1;

    private final Tally tally;
    private final List<Life> all = new ArrayList<>();
    private final List<Life> held = new ArrayList<>();
    private @Nullable Life current;
    private long gaveUp;

    Lives(Tally tally) {
        this.tally = tally;
    }

    /** Null before the device has an epoch. */
    @Nullable
    Life current() {
        return current;
    }

    /** Oldest first. */
    List<Life> all() {
        return List.copyOf(all);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Frames that were given up, in all epochs. */
    long gaveUp() {
        return gaveUp;
    }

    long issued() {
        return all.stream().mapToLong(Life::issued).sum();
    }

    Life begin(long epoch) {
        Life begun = new Life(epoch, tally);
        all.add(begun);
        current = begun;
        return begun;
    }

    /** The present epoch ends; what waits in it is still sent. */
    void holdCurrent() {
        Life old = current;
        current = null;
        if (old != null && !old.isSettled()) {
            held.add(old);
        }
        if (held.size() > MAX_HELD) {
            gaveUp += held.remove(0).giveUpAll();
        }
    }

    /** All memory is gone. */
    void forget() {
        Life old = current;
        gaveUp += old == null ? 0 : old.giveUpAll();
        held.forEach(one -> gaveUp += one.giveUpAll());
        held.clear();
        current = null;
    }

    void giveUp(Issued frame) {
        frame.life().giveUp(frame);
        gaveUp++;
    }

    /** The server has closed this epoch; one that it never opened leaves the books. */
    void abandon(Life stale) {
        gaveUp += stale.giveUpAll();
        held.remove(stale);
        if (stale.issued() == 0) {
            all.remove(stale);
        }
        if (stale == current) {
            current = null;
        }
    }

    /** Held ones, oldest first. */
    List<Life> held() {
        return held;
    }

    /** Forgets held epochs of which nothing waits any more. */
    void retireSettled() {
        held.removeIf(Life::isSettled);
    }

    void resendAll() {
        held.forEach(Life::resendAll);
        Life now = current;
        if (now != null) {
            now.resendAll();
        }
    }

    @Nullable
    Life find(long epoch) {
        Life now = current;
        if (now != null && now.epoch() == epoch) {
            return now;
        }
        return held.stream().filter(old -> old.epoch() == epoch).findFirst().orElse(null);
    }

    /** As HELLO and HEARTBEAT tell it; 0 when only the present one is held. */
    long lowestHeld() {
        return held.stream().mapToLong(Life::epoch).min().orElse(0);
    }

    /** Epochs that an answer may speak of, the present one first. */
    List<Long> open() {
        List<Long> epochs = new ArrayList<>();
        Life now = current;
        if (now != null) {
            epochs.add(now.epoch());
        }
        held.forEach(old -> epochs.add(old.epoch()));
        return epochs;
    }
}
