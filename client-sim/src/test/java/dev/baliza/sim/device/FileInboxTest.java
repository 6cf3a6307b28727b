package dev.baliza.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device that is sent a file. SPEC §14. */
class FileInboxTest {
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private final List<FileMessage> answers = new ArrayList<>();
    private final FileInbox inbox = new FileInbox(answers::add);

    private static FileMessage.Offer offer(long transfer, long size, String hash) {
        return new FileMessage.Offer(FileMessage.OF_SERVER | transfer, size, hash, "hello", "");
    }

    private static FileMessage.Chunk chunk(long transfer, long offset, String bytes) {
        return new FileMessage.Chunk(
                FileMessage.OF_SERVER | transfer,
                offset,
                ByteBuffer.wrap(bytes.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private FileMessage last() {
        return answers.get(answers.size() - 1);
    }

    private FileState lastState() {
        return FileState.values()[((FileMessage.Done) last()).state()];
    }

    /** SPEC §14.1.4, §14.4.2: the offer that comes again brings FILE_DONE again. */
    @Test
    void aFileThatCameWholeIsConfirmedAsOftenAsItIsOffered() {
        inbox.receive(offer(1, 5, HELLO));
        assertThat(((FileMessage.Accept) last()).horizon()).isEqualTo(5);
        inbox.receive(chunk(1, 3, "lo"));
        inbox.receive(chunk(1, 0, "hello"));
        assertThat(lastState()).isEqualTo(FileState.OK);
        assertThat(inbox.received()).isOne();
        inbox.receive(offer(1, 5, HELLO));
        assertThat(lastState()).isEqualTo(FileState.OK);
        assertThat(inbox.received()).isOne();
    }

    /** SPEC §14.4.1. */
    @Test
    void wrongBytesAreToldAndForgotten() {
        inbox.receive(offer(1, 5, HELLO));
        inbox.receive(chunk(1, 0, "HELLO"));
        assertThat(lastState()).isEqualTo(FileState.BAD_HASH);
        inbox.receive(chunk(1, 0, "hello"));
        assertThat(lastState()).isEqualTo(FileState.UNKNOWN);
        assertThat(inbox.received()).isZero();
    }

    /** SPEC §14.2.1. */
    @Test
    void theServerHearsOfChunksAtTheNextTurn() {
        inbox.receive(offer(1, 5, HELLO));
        answers.clear();
        inbox.receive(chunk(1, 0, "he"));
        assertThat(answers).isEmpty();
        inbox.tick();
        assertThat(((FileMessage.Accept) last()).missing()).hasSize(1);
        inbox.tick();
        assertThat(answers).hasSize(1);
    }

    @Test
    void whatADeviceHasNoRoomForIsRefused() {
        inbox.receive(offer(1, 9 << 20, HELLO));
        assertThat(((FileMessage.Accept) last()).refusal()).isEqualTo(FileRefusal.TOO_LARGE.code());
        for (int i = 2; i < 7; i++) {
            inbox.receive(offer(i, 10, "00".repeat(32)));
        }
        assertThat(((FileMessage.Accept) last()).refusal()).isEqualTo(FileRefusal.TOO_MANY.code());
    }
}
