package dev.baliza.protocol.transfer;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way out: what is to be sent next, what is on the way, what was lost. It holds no bytes; whoever drives it reads them.
 * Confined to one thread. Time: microseconds of any clock that does not go back. Limits: 256 KiB on the way. Spec: SPEC §14.
 */
public final class Outgoing {
    /** Chunks sent later whose arrival tells that one is lost. */
    private static final int REORDERING = 3;

    private static final long RETRY_UNIT_MICROS = 100_000;
    private static final long RETRY_MICROS = 1_000_000;

    /** Where it is. */
    public enum Phase {
        /** No FILE_ACCEPT yet, or none since everything was found lost. */
        OFFERING,
        SENDING,
        /** {@link #state} or {@link #refusal} says how it ended. */
        ENDED
    }

    /** A chunk on the way. */
    private record Sent(long order, long from, long to, long micros) {}

    private final FileMessage.Offer offer;
    private int chunkBytes;
    private final Pace pace;
    private final Ranges wanted = new Ranges();
    private final Ranges arrived = new Ranges();
    private final ArrayDeque<Sent> flight = new ArrayDeque<>();
    private Phase phase = Phase.OFFERING;
    private @Nullable FileState state;
    private @Nullable FileRefusal refusal;
    private long onTheWay;
    private long nextOrder;
    private long newestArrived = -1;
    private long nextOfferMicros;
    private long heardMicros;
    private long sentBytes;
    private long heldBytes;

    /**
     * @param chunkBytes most bytes in a chunk
     * @param bytesPerSecond 0 for no limit
     */
    public Outgoing(FileMessage.Offer offer, int chunkBytes, long bytesPerSecond, long nowMicros) {
        this.offer = offer;
        this.chunkBytes = chunkBytes;
        pace = new Pace(bytesPerSecond);
        heardMicros = nowMicros;
        nextOfferMicros = nowMicros;
    }

    /** The way has changed: from now on chunks have at most so many bytes. */
    public void useChunks(int bytes) {
        chunkBytes = bytes;
    }

    public FileMessage.Offer offer() {
        return offer;
    }

    public Phase phase() {
        return phase;
    }

    /** How it ended; null before, and when it was refused. */
    public @Nullable FileState state() {
        return state;
    }

    /** Why the receiver does not take it; null when it does. One that this version does not know is NOT_TAKEN. */
    public @Nullable FileRefusal refusal() {
        return refusal;
    }

    /** When the receiver was heard last. */
    public long heardMicros() {
        return heardMicros;
    }

    /** Bytes in all chunks, those sent again included. */
    public long sentBytes() {
        return sentBytes;
    }

    /** Bytes that the receiver is known to hold. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Whether FILE_OFFER is to be sent now; the caller sends it. */
    public boolean takeOffer(long nowMicros) {
        if (phase == Phase.ENDED || nowMicros < nextOfferMicros) {
            return false;
        }
        if (phase
                == Phase.SENDING) { // silence: chunks would be wasted on it, so the offer alone asks whether anybody is
            // there
            phase = Phase.OFFERING;
            loseAll();
            arrived.clear();
        }
        nextOfferMicros = nowMicros + pace.timeoutMicros();
        pace.timedOut();
        return true;
    }

    /** The connection, or the device, is a new one: asks what is missing before anything else is sent. */
    public void offerAgain(long nowMicros) {
        if (phase != Phase.ENDED) {
            phase = Phase.OFFERING;
            loseAll();
            wanted.clear();
            arrived.clear();
            nextOfferMicros = nowMicros;
        }
    }

    /** The range to send now, which counts as sent; null when nothing may go. */
    public @Nullable FileRange takeChunk(long nowMicros) {
        FileRange first = wanted.first();
        if (phase != Phase.SENDING || first == null) {
            return null;
        }
        int bytes = (int) Math.min(Math.min(chunkBytes, pace.granted()), first.bytes());
        Sent oldest = flight.peekFirst();
        long waited = oldest == null ? 0 : nowMicros - oldest.micros;
        if (bytes == 0 || !pace.mayAdd(onTheWay, bytes, waited, nowMicros)) {
            return null;
        }
        FileRange chunk = new FileRange(first.from(), first.from() + bytes);
        wanted.remove(chunk.from(), chunk.to());
        flight.add(new Sent(nextOrder++, chunk.from(), chunk.to(), nowMicros));
        onTheWay += bytes;
        sentBytes += bytes;
        pace.sent(bytes, nowMicros);
        return chunk;
    }

    /** When to look again if nothing is heard before. */
    public long nextMicros(long nowMicros) {
        boolean waitsForRate = phase == Phase.SENDING && !wanted.isEmpty() && pace.notBeforeMicros() > nowMicros;
        return waitsForRate ? Math.min(nextOfferMicros, pace.notBeforeMicros()) : nextOfferMicros;
    }

    /** Takes what the receiver wants. */
    public void onAccept(FileMessage.Accept accept, long nowMicros) {
        if (phase == Phase.ENDED || accept.transfer() != offer.transfer()) {
            return;
        }
        heardMicros = nowMicros;
        if (accept.refusal() != FileRefusal.ACCEPTED.code()) {
            refused(accept, nowMicros);
            return;
        }
        phase = Phase.SENDING;
        pace.grant(accept.window());
        Ranges missing = new Ranges();
        accept.missing().forEach(range -> missing.add(range.from(), Math.min(range.to(), offer.size())));
        heldBytes = Math.max(0, Math.min(accept.horizon(), offer.size()) - missing.bytes());
        land(missing, accept.horizon(), nowMicros);
        findLost(missing, accept.horizon());
        want(missing);
        nextOfferMicros = nowMicros + pace.timeoutMicros();
    }

    private void refused(FileMessage.Accept accept, long nowMicros) {
        FileRefusal why = FileRefusal.of(accept.refusal());
        if (why != null && why.retriable()) {
            phase = Phase.OFFERING;
            loseAll();
            wanted.clear();
            nextOfferMicros = nowMicros + Math.max(RETRY_MICROS, accept.retryAfter() * RETRY_UNIT_MICROS);
        } else {
            refusal = why == null ? FileRefusal.NOT_TAKEN : why;
            phase = Phase.ENDED;
        }
    }

    /** Takes what arrived off the way. */
    private void land(Ranges missing, long horizon, long nowMicros) {
        long bytes = 0;
        Sent newest = null;
        for (Iterator<Sent> it = flight.iterator(); it.hasNext(); ) {
            Sent sent = it.next();
            if (sent.to <= horizon && !missing.touches(sent.from, sent.to)) {
                it.remove();
                onTheWay -= sent.to - sent.from;
                arrived.add(sent.from, sent.to);
                bytes += sent.to - sent.from;
                newest = sent;
            }
        }
        if (newest != null) {
            newestArrived = Math.max(newestArrived, newest.order);
            pace.arrived(bytes, chunkBytes, nowMicros - newest.micros, newest.order, nextOrder);
        }
    }

    private void findLost(Ranges missing, long horizon) {
        for (Iterator<Sent> it = flight.iterator(); it.hasNext(); ) {
            Sent sent = it.next();
            boolean told = sent.from < horizon && missing.touches(sent.from, sent.to);
            if (told && sent.order + REORDERING <= newestArrived) {
                it.remove();
                onTheWay -= sent.to - sent.from;
                pace.lost(sent.order, nextOrder);
            }
        }
    }

    /** All that is missing, but for what is on the way and what a newer answer has shown to be there. */
    private void want(Ranges missing) {
        missing.all().forEach(range -> wanted.add(range.from(), range.to()));
        flight.forEach(sent -> wanted.remove(sent.from, sent.to));
        arrived.all().forEach(range -> wanted.remove(range.from(), range.to()));
    }

    private void loseAll() {
        flight.forEach(sent -> wanted.add(sent.from, sent.to));
        flight.clear();
        onTheWay = 0;
    }

    /** Takes the end, as the receiver says it. */
    public void onDone(FileMessage.Done done, long nowMicros) {
        if (phase == Phase.ENDED || done.transfer() != offer.transfer()) {
            return;
        }
        heardMicros = nowMicros;
        FileState told = FileState.of(done.state());
        if (told == FileState.UNKNOWN) {
            if (phase == Phase.SENDING) {
                offerAgain(nowMicros);
            }
            return;
        }
        state = told == null ? FileState.FAILED : told;
        heldBytes = state == FileState.OK ? offer.size() : heldBytes;
        phase = Phase.ENDED;
    }
}
