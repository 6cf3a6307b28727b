package dev.baliza.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FrameDecoderTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();
    private static final byte[] PING = WireVector.named("ping/bare").bytes();

    @RegisterExtension
    final BufferWatch buffers = new BufferWatch();

    private final Receivers.Tcp tcp = new Receivers.Tcp(1_200, SETS);

    /** SPEC §2.4: one error, then silence, however much comes. */
    @Test
    void nothingIsReadBehindAnError() {
        tcp.receive(buffers.of(PING)).receive(buffers.of(new byte[] {(byte) 0xBA, 0x18}));
        tcp.receive(buffers.of(PING)).receive(buffers.of(new byte[] {1, 2, 3}));

        assertThat(tcp.insideFrame()).isFalse();
        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly(Decoded.OK, "BAD_MAGIC");
    }

    /** SPEC §2.4, §3.1.4: a receiver that finds a wrong checksum stops the decoder, the rest of the segment included. */
    @Test
    void nothingIsReadBehindAWrongChecksum() {
        byte[] wrong = WireVector.named("frame/bad-checksum").bytes();
        tcp.receive(buffers.of(wrong, 0, 20));
        tcp.receive(Unpooled.wrappedBuffer(buffers.of(wrong, 20, wrong.length), buffers.of(PING)));
        tcp.receive(buffers.of(PING));

        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly("BAD_CHECKSUM");
    }

    /** SPEC §2.5: the limit is checked as soon as the length is there, not when the frame is. */
    @Test
    void frameOverTheLimitIsRefusedByItsHead() {
        byte[] head = WireVector.named("frame/too-large").bytes();
        tcp.receive(buffers.of(head, 0, 7));
        assertThat(tcp.insideFrame()).isTrue();

        tcp.receive(buffers.of(head, 7, 8));

        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly("TOO_LARGE");
    }

    /** SPEC §3.1.1: the first wrong byte is enough. */
    @Test
    void wrongMagicIsRefusedByItsFirstByte() {
        tcp.receive(buffers.of(new byte[] {'G'}));

        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly("BAD_MAGIC");
    }

    /** SPEC §2.3. */
    @Test
    void streamThatEndsInsideAFrameIsKnown() {
        tcp.receive(buffers.of(PING)).receive(buffers.of(PING, 0, 59));
        assertThat(tcp.insideFrame()).isTrue();

        tcp.receive(buffers.of(PING, 59, 60));

        assertThat(tcp.insideFrame()).isFalse();
        assertThat(tcp.outcomes()).hasSize(2);
    }

    @Test
    void emptyBuffersChangeNothing() {
        tcp.receive(buffers.of(PING, 0, 10)).receive(buffers.of(PING, 10, 10)).receive(buffers.of(PING, 10, 60));

        assertThat(tcp.outcomes()).extracting(Decoded::verdict).containsExactly(Decoded.OK);
    }

    @Test
    void otherMessagesPass() {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(1_200));

        assertThat(channel.writeInbound("not bytes")).isTrue();
        assertThat((String) channel.readInbound()).isEqualTo("not bytes");
    }

    /** SPEC §2.2. */
    @Test
    void emptyDatagramHoldsNoFrame() {
        assertThat(Receivers.udp(buffers.of(new byte[0]), SETS))
                .extracting(Decoded::verdict)
                .containsExactly("BAD_LENGTH");
    }
}
