package dev.baliza.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.MessageCodec;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames of the load are frames of the protocol, also after they were changed in place. */
class RingTest {
    private static final int DEVICES = 3;
    private static final int FIRST = 7;
    private static final Batch BATCH = new RowsBatch(2, 4, 1, SensorType.F32);

    private static Frame frame(Ring ring, int index) throws Exception {
        int at = index * ring.frameBytes();
        int length = FrameCodec.frameLength(ring.bytes(), at, ring.frameBytes(), Limits.MAX_FRAME_BYTES);
        assertThat(length).isEqualTo(ring.frameBytes());
        Frame frame = new Frame().wrap(ring.bytes(), at, length);
        assertThat(frame.checksumMatches()).isTrue();
        frame.checkReserved();
        frame.readExtensions();
        return frame;
    }

    private static Message.RowReadings rows(Frame frame) throws Exception {
        return (Message.RowReadings) MessageCodec.read(MessageType.READINGS, frame.payload());
    }

    @ParameterizedTest
    @EnumSource(
            value = AckLevel.class,
            names = {"NONE", "STORED"})
    void eachDeviceCountsItsFramesOverAllVariants(AckLevel level) throws Exception {
        Ring ring = new Ring(BATCH, level, FIRST, DEVICES, 1_000);
        ring.stamp(0, ring.frames());
        ring.stamp(0, ring.frames());

        for (int i = 0; i < ring.frames(); i++) {
            Frame frame = frame(ring, i);
            assertThat(frame.device()).isEqualTo(Ring.FIRST_DEVICE + FIRST + i % DEVICES);
            assertThat(ring.indexOf(frame.device())).isEqualTo(i % DEVICES);
            assertThat(frame.epoch()).isEqualTo(1_000);
            assertThat(frame.level()).isEqualTo(level);
            assertThat(frame.seq()).isEqualTo(2 + i / DEVICES);
            assertThat(frame.pn()).isEqualTo(frame.seq());
            assertThat(frame.back()).isZero();
            assertThat(rows(frame).hash()).isEqualTo(DescribeCodec.hash(BATCH.set(i / DEVICES)));
            assertThat(rows(frame).count()).isEqualTo(4);
        }
    }

    @Test
    void aFrameSentAgainKeepsItsContentAndGetsAnotherPacketNumber() throws Exception {
        Ring ring = new Ring(BATCH, AckLevel.COUNTED, 0, DEVICES, 1_000);
        ring.stamp(1, 5, 2);
        Frame first = frame(ring, 1).copy();
        ring.stamp(1, 6, 3);
        Frame next = frame(ring, 1).copy();
        ring.stamp(1, 5, 0);
        Frame again = frame(ring, 1);

        assertThat(again.seq()).isEqualTo(first.seq());
        assertThat(again.contentHash()).isEqualTo(first.contentHash()).isNotEqualTo(next.contentHash());
        assertThat(again.pn()).isEqualTo(first.pn() + 2);
        assertThat(first.back()).isEqualTo(2);
        assertThat(rows(next).baseTime()).isEqualTo(rows(again).baseTime() + BATCH.spanMillis());
    }

    @Test
    void descriptionsUseNumbersAndPingsDoNot() throws Exception {
        Ring ring = new Ring(BATCH, AckLevel.NONE, 0, DEVICES, 1_000);
        ring.describe(2, 0);
        ByteBuffer described = ring.describe(2, 1);
        ByteBuffer ping = ring.ping(2);

        Frame describe = new Frame().wrap(described, 0, described.limit());
        assertThat(describe.type()).isEqualTo(MessageType.DESCRIBE);
        assertThat(describe.seq()).isEqualTo(1);
        Frame told = new Frame().wrap(ping, 0, ping.limit());
        assertThat(told.seq()).isEqualTo(2);
        assertThat(told.pn()).isEqualTo(2);
        assertThat(ring.peek(2)).isEqualTo(2);
    }
}
