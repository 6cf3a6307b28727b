package dev.baliza.protocol.transfer;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.Limits;
import java.util.List;

/**
 * A file on its way in: which bytes are held, and when the sender must hear of it. It holds no bytes. Confined to one thread. Limits: a
 * chunk that would make more than {@link #MAX_FRAGMENTS} pieces is not taken. Spec: SPEC §14.2, §14.3.
 */
public final class Incoming {
    /** 16 bytes each on the wire, about 100 here. */
    public static final int MAX_FRAGMENTS = 1_024;
    /** Chunks between two FILE_ACCEPT. */
    public static final int CHUNKS_PER_ACCEPT = 16;

    /** What is to be done with a chunk. */
    public enum Verdict {
        /** Write the pieces that are new, then call {@link #held}. */
        NEW,
        /** All of it is held. */
        DUPLICATE,
        /** It ends behind the end of the file. */
        OUTSIDE,
        /** It would tear the file into too many pieces. */
        TOO_MANY_FRAGMENTS
    }

    private final long transfer;
    private final long size;
    private final Ranges held;
    private int sinceAccept;

    /** @param held bytes that are there from before; becomes this transfer's own */
    public Incoming(FileMessage.Offer offer, Ranges held) {
        transfer = offer.transfer();
        size = offer.size();
        this.held = held;
    }

    public long transfer() {
        return transfer;
    }

    public long size() {
        return size;
    }

    /** Bytes that are there. */
    public long heldBytes() {
        return held.bytes();
    }

    public boolean isComplete() {
        return held.bytes() == size;
    }

    /** Judges a chunk; nothing changes but the count towards the next FILE_ACCEPT. */
    public Verdict judge(FileMessage.Chunk chunk) {
        sinceAccept++;
        long from = chunk.offset();
        long to = from + chunk.bytes().remaining();
        if (to > size) {
            return Verdict.OUTSIDE;
        }
        if (held.contains(from, to)) {
            return Verdict.DUPLICATE;
        }
        boolean torn = held.count() >= MAX_FRAGMENTS && !held.touches(Math.max(0, from - 1), to + 1);
        return torn ? Verdict.TOO_MANY_FRAGMENTS : Verdict.NEW;
    }

    /** The parts of a chunk that are not held yet. */
    public List<FileRange> pieces(FileMessage.Chunk chunk) {
        return held.gaps(chunk.offset(), chunk.offset() + chunk.bytes().remaining(), Integer.MAX_VALUE);
    }

    /** These bytes are kept now. */
    public void held(FileRange range) {
        held.add(range.from(), range.to());
    }

    /** Whether so many chunks came that the sender must hear of them even if more are waiting. */
    public boolean acceptIsDue() {
        return sinceAccept >= CHUNKS_PER_ACCEPT;
    }

    /** Whether any chunk came since the last FILE_ACCEPT. */
    public boolean owesAccept() {
        return sinceAccept > 0;
    }

    /**
     * What is missing, as the sender is told.
     *
     * @param window bytes it may have on the way
     * @param mostRanges at most 64; 0 says nothing but that the offer was heard
     */
    public FileMessage.Accept accept(long window, int mostRanges) {
        sinceAccept = 0;
        int most = Math.min(mostRanges, Limits.MAX_FILE_RANGES);
        List<FileRange> missing = held.gaps(0, size, most + 1);
        long horizon = size;
        if (missing.size() > most) {
            horizon = missing.get(most).from();
            missing = missing.subList(0, most);
        }
        return new FileMessage.Accept(transfer, horizon, window, FileRefusal.ACCEPTED.code(), 0, missing);
    }

    /** The answer to an offer that is not taken. */
    public static FileMessage.Accept refuse(long transfer, FileRefusal why, int retryAfter) {
        return new FileMessage.Accept(transfer, 0, 0, why.code(), retryAfter, List.of());
    }
}
