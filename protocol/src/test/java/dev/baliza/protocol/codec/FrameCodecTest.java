package dev.baliza.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.vectors.WireVector;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private static final Message PING = new Message.Ping(5, ByteBuffer.allocate(0));
    private static final int PING_BYTES = 60;

    private static FrameHeader header() {
        return new FrameHeader(1, 2, 3, 4, 0, FrameHeader.flags(AckLevel.NONE, false));
    }

    private static Frame written(Extensions extensions, Message message) {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        FrameCodec.write(out, header(), extensions, message);
        return new Frame().wrap(out, 0, out.position());
    }

    /** SPEC §1.1: the greatest unsigned numbers come back as they were. */
    @Test
    void headerNumbersAreUnsigned() {
        ByteBuffer out = ByteBuffer.allocate(100);
        FrameCodec.write(
                out,
                new FrameHeader(-1, 0xFFFF_FFFFL, 0xFFFF_FFFEL, 0xFFFF_FFFDL, 0xFFFF, 0x0026),
                Extensions.NONE,
                PING);
        Frame frame = new Frame().wrap(out, 0, out.position());

        assertThat(frame.device()).isEqualTo(-1);
        assertThat(frame.epoch()).isEqualTo(0xFFFF_FFFFL);
        assertThat(frame.seq()).isEqualTo(0xFFFF_FFFEL);
        assertThat(frame.pn()).isEqualTo(0xFFFF_FFFDL);
        assertThat(frame.back()).isEqualTo(Limits.BACK_UNSET);
        assertThat(frame.level()).isEqualTo(AckLevel.STORED);
        assertThat(frame.has(Frame.ACK_NOW)).isTrue();
        assertThat(frame.has(Frame.FROM_SERVER)).isTrue();
    }

    /** SPEC §1.1. */
    @Test
    void headerIsBigEndian() {
        ByteBuffer whole = written(Extensions.NONE, PING).whole();

        assertThat(whole.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(whole.get(0)).isEqualTo((byte) 0xBA);
        assertThat(whole.get(Frame.LENGTH_OFFSET + 1)).isEqualTo((byte) PING_BYTES);
        assertThat(whole.get(Frame.SEQ_OFFSET + 3)).isEqualTo((byte) 3);
    }

    /** SPEC §3.4, §3.4.3: a frame is as long as asked for, or by the least that a block takes. */
    @Test
    void paddingReachesEveryLength() throws ProtocolException {
        for (int wanted = 0; wanted <= 900; wanted++) {
            Frame frame = written(Extensions.NONE.padTo(wanted), PING);
            frame.readExtensions();

            int least = wanted <= PING_BYTES ? PING_BYTES : Math.max(wanted, PING_BYTES + 4);
            assertThat(frame.length()).as("padded to %d", wanted).isEqualTo(least);
            assertThat(frame.checksumMatches()).isTrue();
            assertThat(frame.payloadBytes()).isEqualTo(24);
            assertThat(MessageCodec.read(MessageType.PING, frame.payload())).isEqualTo(PING);
        }
    }

    /** SPEC §3.4.3. */
    @Test
    void paddingBehindOtherExtensionsReachesEveryLength() throws ProtocolException {
        int bare = PING_BYTES + 2 + 10 + 3;
        for (int wanted = bare - 3; wanted <= bare + 800; wanted++) {
            Frame frame = written(Extensions.named("a").withToken(-9L).padTo(wanted), PING);
            frame.readExtensions();

            int least = wanted <= bare ? bare : Math.max(wanted, bare + 2);
            assertThat(frame.length()).as("padded to %d", wanted).isEqualTo(least);
            assertThat(frame.name()).isEqualTo("a");
            assertThat(frame.token()).isEqualTo(-9);
            assertThat(frame.unknownExtensions()).isZero();
        }
    }

    /** SPEC §6.1.1: HELLO is padded to the length of a WELCOME with three entries. */
    @Test
    void helloIsNeverShorterThanItsWelcome() {
        BootNonce nonce = new BootNonce(1, 2);
        var known = new Message.Welcome.Known(1, 2, 3);
        Frame hello = written(Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES), new Message.Hello(nonce, 1, 0, 1_200, 1));
        Frame welcome = written(
                Extensions.NONE,
                new Message.Welcome(
                        nonce, 1, AckLevel.COUNTED, false, true, 1024, 1, 1, 1, 1, 30, List.of(known, known, known)));

        assertThat(hello.length()).isEqualTo(136);
        assertThat(welcome.length()).isEqualTo(136);
    }

    /** SPEC §3.4.1. */
    @Test
    void unknownExtensionsAreSkippedAndCounted() throws ProtocolException {
        Frame frame = written(
                Extensions.NONE
                        .with(new Extensions.Entry(0x11, ByteBuffer.allocate(255)))
                        .with(new Extensions.Entry(0x11, ByteBuffer.allocate(0))),
                PING);
        frame.readExtensions();

        assertThat(frame.unknownExtensions()).isEqualTo(2);
        assertThat(frame.payloadBytes()).isEqualTo(24);
    }

    /** SPEC §3.4.2. */
    @Test
    void unknownCriticalExtensionsAreRefused() {
        Frame frame = written(Extensions.NONE.with(new Extensions.Entry(0x81, ByteBuffer.allocate(1))), PING);

        assertThatThrownBy(frame::readExtensions)
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CRITICAL_EXTENSION));
    }

    /** SPEC §3.4.4, §4.5: what a frame is re-sent with does not change its content; type and payload do. */
    @Test
    void contentIsTypeAndPayload() throws ProtocolException {
        Frame bare = written(Extensions.NONE, PING);
        Frame extended = written(Extensions.named("a").padTo(333), PING);
        extended.readExtensions();

        assertThat(extended.contentHash()).isEqualTo(bare.contentHash());
        assertThat(written(Extensions.NONE, new Message.Ping(6, ByteBuffer.allocate(0)))
                        .contentHash())
                .isNotEqualTo(bare.contentHash());
        assertThat(written(Extensions.NONE, new Message.Pong(5, 0, 0, ByteBuffer.allocate(0)))
                        .contentHash())
                .isNotEqualTo(bare.contentHash());
    }

    /** SPEC §4.3: a frame that is sent again gets another pn and the checksum that belongs to it. */
    @Test
    void checksumIsMadeRightAfterAChangeInPlace() {
        Frame frame = written(Extensions.NONE, PING);
        ByteBuffer whole = frame.whole().putInt(Frame.PN_OFFSET, 99);

        assertThat(frame.checksumMatches()).isFalse();
        FrameCodec.writeChecksum(whole, 0, frame.length());
        assertThat(frame.checksumMatches()).isTrue();
        assertThat(frame.pn()).isEqualTo(99);
    }

    /** SPEC §3.1: CRC-32C of RFC 3720, whose check value for "123456789" is E3069283. */
    @Test
    void checksumIsCrc32c() {
        ByteBuffer digits = ByteBuffer.wrap("x123456789x".getBytes(StandardCharsets.US_ASCII));

        assertThat(FrameCodec.checksum(digits, 1, 10)).isEqualTo(0xE3069283);
        assertThat(digits.position()).isZero();
    }

    /** SPEC §2.5, §3.1.2: nothing behind length is touched to delimit a frame. */
    @Test
    void lengthIsToldFromEightBytes() throws ProtocolException {
        ByteBuffer head =
                ByteBuffer.wrap(WireVector.named("ping/bare").bytes(), 0, 8).slice();

        assertThat(FrameCodec.frameLength(head, 0, 7, 100)).isZero();
        assertThat(FrameCodec.frameLength(head, 0, 8, 100)).isEqualTo(PING_BYTES);
        assertThat(FrameCodec.frameLength(head, 0, 8, PING_BYTES)).isEqualTo(PING_BYTES);
        assertThatThrownBy(() -> FrameCodec.frameLength(head, 0, 8, PING_BYTES - 1))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
    }

    @Test
    void bufferThatIsTooShortOverflowsWhateverItsLength() {
        for (int bytes = 0; bytes < 136; bytes++) {
            ByteBuffer out = ByteBuffer.allocate(bytes);
            assertThatThrownBy(() -> FrameCodec.write(
                            out, header(), Extensions.named("a").padTo(136), PING))
                    .as("%d bytes", bytes)
                    .isInstanceOf(BufferOverflowException.class);
        }
    }

    /** SPEC §2.6, §3.1.2. */
    @Test
    void framesBeyondTheLengthFieldAreNotWritten() {
        ByteBuffer out = ByteBuffer.allocate(80_000);
        Message longest = new Message.Ping(1, ByteBuffer.allocate(65_535 - PING_BYTES));
        Message longer = new Message.Ping(1, ByteBuffer.allocate(65_536 - PING_BYTES));

        FrameCodec.write(out, header(), Extensions.NONE, longest);
        assertThat(out.position()).isEqualTo(65_535);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameCodec.write(out.clear(), header(), Extensions.NONE, longer));
    }

    @Test
    void copyOwnsItsBytes() throws ProtocolException {
        Frame frame = written(Extensions.named("a"), PING);
        frame.readExtensions();
        Frame copy = frame.copy();
        frame.whole().putLong(Frame.DEVICE_OFFSET, 77);

        assertThat(copy.device()).isEqualTo(1);
        assertThat(copy.name()).isEqualTo("a");
        assertThat(copy.payloadBytes()).isEqualTo(24);
        assertThat(copy.checksumMatches()).isTrue();
    }
}
