package dev.baliza.server.files;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.ReturnPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files on their way in: offers, chunks, and what the devices hear of them. Time is an argument. Confined to one thread, which may wait for
 * the disk. Limits: {@link FileLimits}. Spec: SPEC §14.
 */
final class Receptions {
    private static final Logger LOG = LoggerFactory.getLogger(Receptions.class);
    private static final int RETRY_AFTER = 50;
    private static final int ACCEPT_BYTES = Limits.MIN_FRAME_BYTES + 24;
    private static final int RANGE_BYTES = 16;
    private static final int DONE_BYTES = Limits.MIN_FRAME_BYTES + 10;

    /** Which transfer of which device. */
    private record Key(long device, long transfer) {}

    private final FileLimits limits;
    private final FileLibrary library;
    private final Parts parts;
    private final Quota quota;
    private final FileCounters counters;
    private final ReturnPath back;
    private final Map<Key, Reception> open = new LinkedHashMap<>();
    private final Set<Reception> owing = new LinkedHashSet<>();

    Receptions(
            FileLimits limits, FileLibrary library, Parts parts, Quota quota, FileCounters counters, ReturnPath back) {
        this.limits = limits;
        this.library = library;
        this.parts = parts;
        this.quota = quota;
        this.counters = counters;
        this.back = back;
    }

    int count() {
        return open.size();
    }

    void onOffer(FileMessage.Offer offer, Errand errand, long nowMicros) {
        counters.count(FileEvent.OFFERED);
        StoredFile there = library.find(offer.sha256());
        if (there != null && there.size() == offer.size()) {
            counters.count(FileEvent.ALREADY_THERE);
            done(errand, offer.transfer(), FileState.OK, "it is here already");
            return;
        }
        Key key = new Key(errand.device(), offer.transfer());
        Reception known = open.get(key);
        if (known != null && known.offer.equals(offer)) {
            known.heard(errand, nowMicros);
            accept(known);
            return;
        }
        if (offer.size() > limits.maxBytes()) {
            refuse(errand, offer, FileRefusal.TOO_LARGE, FileEvent.REFUSED_TOO_LARGE);
            return;
        }
        PartId id = new PartId(errand.device(), offer.sha256(), offer.size());
        open.values().stream()
                .filter(r -> r == known || r.id.equals(id))
                .toList()
                .forEach(
                        r -> close(r, nowMicros)); // the same file under another number, or another file under this one
        begin(id, offer, errand, key, nowMicros);
    }

    private void begin(PartId id, FileMessage.Offer offer, Errand errand, Key key, long nowMicros) {
        long ofDevice =
                open.keySet().stream().filter(k -> k.device == key.device).count();
        if (ofDevice >= FileLimits.TRANSFERS_PER_DEVICE) {
            refuse(errand, offer, FileRefusal.TOO_MANY, FileEvent.REFUSED_TOO_MANY);
            return;
        }
        if (open.size() >= FileLimits.TRANSFERS) {
            refuse(errand, offer, FileRefusal.BUSY, FileEvent.REFUSED_BUSY);
            return;
        }
        if (parts.has(id)) {
            parts.wake(id);
        } else if (parts.makeRoom(id.device(), id.size())) {
            quota.take(id.device(), id.size());
        } else {
            refuse(errand, offer, FileRefusal.QUOTA, FileEvent.REFUSED_QUOTA);
            return;
        }
        try {
            PartFile part = PartFile.open(parts.directory(), id);
            Reception fresh = new Reception(id, offer, part, errand, nowMicros);
            open.put(key, fresh);
            if (fresh.incoming.isComplete()) {
                finish(fresh, nowMicros);
            } else {
                accept(fresh);
            }
        } catch (IOException e) {
            LOG.warn("a part of a file cannot be opened in {}: {}", parts.directory(), e.toString());
            counters.count(FileEvent.FAILED);
            parts.rest(id, nowMicros);
            refuse(errand, offer, FileRefusal.BUSY, FileEvent.REFUSED_BUSY);
        }
    }

    void onChunk(FileMessage.Chunk chunk, Errand errand, long nowMicros) {
        Reception to = open.get(new Key(errand.device(), chunk.transfer()));
        if (to == null) {
            counters.count(FileEvent.CHUNKS_UNKNOWN);
            done(errand, chunk.transfer(), FileState.UNKNOWN, "");
            return;
        }
        to.heard(errand, nowMicros);
        switch (to.incoming.judge(chunk)) {
            case NEW -> write(to, chunk);
            case DUPLICATE -> counters.count(FileEvent.CHUNKS_DUPLICATE);
            case OUTSIDE -> counters.count(FileEvent.CHUNKS_OUTSIDE);
            case TOO_MANY_FRAGMENTS -> counters.count(FileEvent.CHUNKS_FRAGMENTING);
        }
        if (!open.containsValue(to)) {
            return;
        }
        if (to.incoming.isComplete()) {
            finish(to, nowMicros);
        } else if (to.incoming.acceptIsDue()) {
            accept(to);
        } else {
            owing.add(to);
        }
    }

    private void write(Reception to, FileMessage.Chunk chunk) {
        counters.count(FileEvent.CHUNKS_WRITTEN);
        try {
            for (FileRange piece : to.incoming.pieces(chunk)) {
                int from = chunk.bytes().position() + (int) (piece.from() - chunk.offset());
                ByteBuffer bytes = chunk.bytes().slice(from, (int) piece.bytes());
                to.part.write(bytes, piece.from());
                to.incoming.held(piece);
            }
        } catch (IOException e) {
            fail(to, e);
        }
    }

    private void finish(Reception whole, long nowMicros) {
        try {
            if (!FileMessage.hex(whole.part.sha256()).equals(whole.offer.sha256())) {
                counters.count(FileEvent.BAD_HASH);
                forget(whole);
                done(whole.last, whole.offer.transfer(), FileState.BAD_HASH, "the bytes have another SHA-256");
                return;
            }
            FileMessage.Offer offer = whole.offer;
            library.keep(
                    whole.part,
                    new StoredFile(
                            offer.sha256(),
                            offer.size(),
                            offer.name(),
                            offer.mediaType(),
                            whole.id.device(),
                            whole.last.label(),
                            nowMicros));
            drop(whole);
            counters.count(FileEvent.RECEIVED);
            done(whole.last, offer.transfer(), FileState.OK, "");
        } catch (IOException e) {
            fail(whole, e);
        }
    }

    private void fail(Reception broken, IOException e) {
        LOG.warn("a file cannot be kept in {}: {}", parts.directory(), e.toString());
        counters.count(FileEvent.FAILED);
        forget(broken);
        done(broken.last, broken.offer.transfer(), FileState.FAILED, "the server could not keep it");
    }

    /** The device gives up. */
    void onCancel(FileMessage.Done done, Errand errand) {
        Reception gone = open.get(new Key(errand.device(), done.transfer()));
        if (gone != null) {
            counters.count(FileEvent.CANCELLED);
            forget(gone);
        }
    }

    /** Nothing more waits to be read: tells everybody who sent chunks what is missing now. */
    void endOfBurst() {
        owing.stream().filter(r -> r.incoming.owesAccept()).toList().forEach(this::accept);
        owing.clear();
    }

    /** Ends what is silent for too long. */
    void tick(long nowMicros) {
        for (Reception reception : List.copyOf(open.values())) {
            if (nowMicros - reception.heardMicros > FileLimits.IDLE_MICROS) {
                counters.count(FileEvent.IDLE);
                close(reception, nowMicros);
            }
        }
        parts.expire(nowMicros);
    }

    /** The server goes; all parts stay. */
    void closeAll(long nowMicros) {
        List.copyOf(open.values()).forEach(reception -> close(reception, nowMicros));
    }

    /** Ends a transfer and keeps its part. */
    private void close(Reception reception, long nowMicros) {
        drop(reception);
        closeQuietly(reception);
        parts.rest(reception.id, nowMicros);
    }

    /** Ends a transfer and throws its part away. */
    private void forget(Reception reception) {
        drop(reception);
        closeQuietly(reception);
        parts.delete(reception.id);
        quota.give(reception.id.device(), reception.id.size());
    }

    private void drop(Reception reception) {
        open.values().remove(reception);
        owing.remove(reception);
    }

    private void closeQuietly(Reception reception) {
        try {
            reception.part.close();
        } catch (IOException e) {
            counters.count(FileEvent.FAILED);
        }
    }

    private void accept(Reception reception) {
        long room = (reception.last.budget() - ACCEPT_BYTES) / RANGE_BYTES;
        if (reception.last.budget() < ACCEPT_BYTES) {
            counters.count(FileEvent.ANSWER_WITHHELD);
            return;
        }
        int ranges = (int) Math.min(Limits.MAX_FILE_RANGES, room);
        back.answer(reception.last, reception.incoming.accept(FileLimits.WINDOW_BYTES, ranges));
    }

    private void refuse(Errand errand, FileMessage.Offer offer, FileRefusal why, FileEvent event) {
        counters.count(event);
        answer(errand, ACCEPT_BYTES, Incoming.refuse(offer.transfer(), why, why.retriable() ? RETRY_AFTER : 0));
    }

    private void done(Errand errand, long transfer, FileState state, String text) {
        boolean fits = errand.budget() >= DONE_BYTES + text.length();
        answer(errand, DONE_BYTES, new FileMessage.Done(transfer, state, fits ? text : ""));
    }

    private void answer(Errand errand, int bytes, @Nullable FileMessage message) {
        if (errand.budget() < bytes || message == null) {
            counters.count(FileEvent.ANSWER_WITHHELD);
        } else {
            back.answer(errand, message);
        }
    }
}
