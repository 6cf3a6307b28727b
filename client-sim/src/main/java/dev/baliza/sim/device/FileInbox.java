package dev.baliza.sim.device;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.protocol.transfer.Ranges;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Files that the server sends to a device, kept in memory until their SHA-256 is found right, then only counted. Confined to one thread.
 * Limits: 4 transfers, 8 MiB each. Spec: SPEC §14.
 */
final class FileInbox {
    private static final int MAX_BYTES = 8 << 20;
    private static final int TRANSFERS = 4;
    private static final int WINDOW_BYTES = 64 * 1024;

    /** A file on its way in. */
    private static final class Box {
        private final FileMessage.Offer offer;
        private final Incoming incoming;
        private final byte[] bytes;

        Box(FileMessage.Offer offer) {
            this.offer = offer;
            incoming = new Incoming(offer, new Ranges());
            bytes = new byte[(int) offer.size()];
        }
    }

    private final Map<Long, Box> boxes = new LinkedHashMap<>();
    private final Consumer<FileMessage> answers;
    private @Nullable String newestHash;
    private long received;

    FileInbox(Consumer<FileMessage> answers) {
        this.answers = answers;
    }

    /** Files that came whole. */
    long received() {
        return received;
    }

    /** All is forgotten, as at a boot. */
    void forget() {
        boxes.clear();
    }

    void receive(FileMessage message) {
        if (message instanceof FileMessage.Offer offer) {
            onOffer(offer);
        } else if (message instanceof FileMessage.Chunk chunk) {
            onChunk(chunk);
        } else if (message instanceof FileMessage.Done done) {
            boxes.remove(done.transfer());
        }
    }

    private void onOffer(FileMessage.Offer offer) {
        Box known = boxes.get(offer.transfer());
        if (offer.sha256().equals(newestHash)) {
            answers.accept(new FileMessage.Done(offer.transfer(), FileState.OK, ""));
        } else if (known == null && (offer.size() > MAX_BYTES || boxes.size() >= TRANSFERS)) {
            FileRefusal why = offer.size() > MAX_BYTES ? FileRefusal.TOO_LARGE : FileRefusal.TOO_MANY;
            answers.accept(Incoming.refuse(offer.transfer(), why, 0));
        } else {
            Box box = known != null ? known : new Box(offer);
            boxes.put(offer.transfer(), box);
            answer(box, true);
        }
    }

    private void onChunk(FileMessage.Chunk chunk) {
        Box box = boxes.get(chunk.transfer());
        if (box == null) {
            answers.accept(new FileMessage.Done(chunk.transfer(), FileState.UNKNOWN, ""));
            return;
        }
        if (box.incoming.judge(chunk) == Incoming.Verdict.NEW) {
            for (FileRange piece : box.incoming.pieces(chunk)) {
                int from = chunk.bytes().position() + (int) (piece.from() - chunk.offset());
                chunk.bytes().get(from, box.bytes, (int) piece.from(), (int) piece.bytes());
                box.incoming.held(piece);
            }
        }
        answer(box, box.incoming.acceptIsDue());
    }

    private void answer(Box box, boolean due) {
        if (box.incoming.isComplete()) {
            boolean right = Arrays.equals(sha256(box.bytes), box.offer.hashBytes());
            boxes.remove(box.offer.transfer());
            received += right ? 1 : 0;
            newestHash = right ? box.offer.sha256() : newestHash;
            answers.accept(new FileMessage.Done(box.offer.transfer(), right ? FileState.OK : FileState.BAD_HASH, ""));
        } else if (due) {
            answers.accept(box.incoming.accept(WINDOW_BYTES, Integer.MAX_VALUE));
        }
    }

    /** What the server is owed is said now. */
    void tick() {
        boxes.values().forEach(box -> answer(box, box.incoming.owesAccept()));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
