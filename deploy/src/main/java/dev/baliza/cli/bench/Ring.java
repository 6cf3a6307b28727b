package dev.baliza.cli.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The frames of some devices, encoded once and lying back to back: variant by variant, each with one frame of every device. Before a
 * frame goes out its numbers, base time and checksum are written anew; the rest stays. Thread: one.
 */
final class Ring {
    /** Ids of the load's devices start behind it. */
    static final long FIRST_DEVICE = 0xBE4C_0000_0000L;
    /** Base times run ahead of the clock at high rates; so they start far behind it. */
    private static final long LEAD_MILLIS = Duration.ofDays(2).toMillis();

    private final int first;
    private final int devices;
    private final long epoch;
    private final Batch batch;
    private final int flags;
    private final int frameBytes;
    private final int payloadStart;
    private final ByteBuffer bytes;
    private final long baseMillis;
    private final ByteBuffer scratch = ByteBuffer.allocate(1 << 16);
    private final long[] next;
    private final long[] pn;

    /** @param first number of its first device within the load */
    Ring(Batch batch, AckLevel level, int first, int devices, long epoch) {
        this.first = first;
        this.devices = devices;
        this.epoch = epoch;
        this.batch = batch;
        flags = FrameHeader.flags(level, false);
        next = new long[devices];
        pn = new long[devices];
        baseMillis = System.currentTimeMillis() - LEAD_MILLIS;
        ByteBuffer sample = frame(0, message(0, 0), flags);
        frameBytes = sample.remaining();
        payloadStart = frameBytes - Limits.CHECKSUM_BYTES - payloadBytes(sample);
        bytes = ByteBuffer.allocateDirect(frameBytes * frames());
        for (int i = 0; i < frames(); i++) {
            bytes.put(frame(i % devices, message(i / devices, i % devices), flags));
        }
        bytes.clear();
    }

    private static int payloadBytes(ByteBuffer frame) {
        try {
            Frame view = new Frame().wrap(frame, frame.position(), frame.remaining());
            view.readExtensions();
            return view.payloadBytes();
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    private Message message(int variant, int device) {
        return batch.message(variant, DescribeCodec.hash(batch.set(variant)), first + device);
    }

    /** A frame with the device's next numbers, which are used up. */
    private ByteBuffer next(int device, Message message, boolean sequenced) {
        ByteBuffer frame = frame(device, message, 0);
        pn[device]++;
        next[device] += sequenced ? 1 : 0;
        return frame;
    }

    private ByteBuffer frame(int device, Message message, int withFlags) {
        ByteBuffer out = scratch.clear();
        Extensions extensions = (withFlags & Frame.LEVEL_MASK) == 0
                ? Extensions.NONE
                : Extensions.NONE.padTo(Limits.MIN_RELIABLE_BYTES);
        FrameHeader header =
                new FrameHeader(FIRST_DEVICE + first + device, epoch, next[device], pn[device], 0, withFlags);
        FrameCodec.write(out, header, extensions, message);
        return ByteBuffer.allocate(out.flip().remaining()).put(out).flip();
    }

    /** Tells what a variant's channels are; best effort. */
    ByteBuffer describe(int device, int variant) {
        return next(device, new Message.Describe(batch.set(variant)), true);
    }

    /** Tells how many numbers there were. Spec: SPEC §5.10. */
    ByteBuffer ping(int device) {
        return next(device, new Message.Ping(0, ByteBuffer.allocate(0)), false);
    }

    /** Gives so many frames from a place on their devices' next numbers; no frame is unsettled below them. */
    void stamp(int from, int count) {
        for (int i = from; i < from + count; i++) {
            int device = i % devices;
            stamp(i, next[device]++, 0);
        }
    }

    /** Gives one frame a number again, or for the first time; its content follows from it (SPEC §4.5). */
    void stamp(int frame, long seq, int back) {
        int at = frame * frameBytes;
        bytes.putInt(at + Frame.SEQ_OFFSET, (int) seq);
        bytes.putInt(at + Frame.PN_OFFSET, (int) pn[frame % devices]++);
        bytes.putShort(at + Frame.BACK_OFFSET, (short) back);
        if (batch.baseTimeOffset() != Batch.NO_BASE_TIME) {
            bytes.putLong(at + payloadStart + batch.baseTimeOffset(), baseMillis + seq * batch.spanMillis());
        }
        FrameCodec.writeChecksum(bytes, at, frameBytes);
    }

    /** The next number of a device, used up. */
    long take(int device) {
        return next[device]++;
    }

    /** The number that the device would use next. */
    long peek(int device) {
        return next[device];
    }

    /** The number within this ring of a device's id. */
    int indexOf(long device) {
        return (int) (device - FIRST_DEVICE) - first;
    }

    int devices() {
        return devices;
    }

    /** Frames in the ring. */
    int frames() {
        return batch.variants() * devices;
    }

    int frameBytes() {
        return frameBytes;
    }

    /** All frames; changed by stamping. */
    ByteBuffer bytes() {
        return bytes;
    }
}
