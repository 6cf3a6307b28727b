package dev.baliza.server.session;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.Transport;
import org.jspecify.annotations.Nullable;

/** Where a device is: from where its newest frame came, and which address is validated. Thread: its shard's. Spec: SPEC §9. */
final class Route {
    private Peer peer;
    private long epoch;
    private long pn = -1;
    /** The last UDP peer whose address is. */
    private @Nullable Peer validated;

    Route(Peer first) {
        peer = first;
    }

    /** The way to the device. */
    Peer peer() {
        return peer;
    }

    /** Follows a frame that is newer than all before, by epoch and packet number; returns whether the way has changed. */
    boolean follow(Frame frame, Peer from) {
        boolean newer = frame.epoch() > epoch || (frame.epoch() == epoch && frame.pn() > pn);
        if (!newer || frame.epoch() >= Limits.EPOCH_LIMIT) {
            return false;
        }
        epoch = frame.epoch();
        pn = frame.pn();
        boolean changed = !peer.isSameWay(from);
        peer = from;
        return changed;
    }

    /** The next frame is newer than all before, whatever it says. */
    void forget() {
        epoch = 0;
        pn = -1;
    }

    /** The token of WELCOME came back from this address. */
    void validate(Peer from) {
        validated = from;
    }

    /** Whether answers to this peer may be longer than what it sent (SPEC §9.2). */
    boolean isValidated(Peer to) {
        return to.validatesItself() || (validated != null && to.address().equals(validated.address()));
    }

    /**
     * Where frames go that the device did not ask for: to where it was heard last, or, when that connection is closed, to the last
     * validated UDP address; null when no way is proven (SPEC §7.9.5).
     */
    @Nullable
    Peer unasked() {
        if (peer.transport() == Transport.TCP && !peer.outlet().isOpen()) {
            return validated;
        }
        return isValidated(peer) ? peer : null;
    }

    /** Bytes that an answer to this frame may have. */
    long budget(Frame frame, Peer to) {
        return isValidated(to) ? Replies.UNLIMITED : frame.length();
    }
}
