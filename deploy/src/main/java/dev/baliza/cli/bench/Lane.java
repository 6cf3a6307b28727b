package dev.baliza.cli.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One socket of the generator with the ring of its devices. Thread: the channel's loop. */
final class Lane {
    /** UDP_MAX_SEGMENTS of older kernels. */
    private static final int MAX_SEGMENTS = 64;

    private static final int MAX_DATAGRAM_TRAIN_BYTES = 65_000;
    private static final int STREAM_WRITE_BYTES = 1 << 17;

    private final Channel channel;
    private final Ring ring;
    private final boolean datagrams;
    private final boolean segments;
    private final ByteBuf bytes;
    private final int most;
    private final ArrayDeque<ChannelFuture> writes = new ArrayDeque<>();
    private int position;
    private @Nullable Throwable failure;

    Lane(Channel channel, Ring ring) {
        this.channel = channel;
        this.ring = ring;
        datagrams = channel instanceof EpollDatagramChannel;
        segments = datagrams && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
        bytes = Unpooled.wrappedBuffer(ring.bytes());
        most = Math.max(
                1,
                datagrams
                        ? Math.min(MAX_SEGMENTS, MAX_DATAGRAM_TRAIN_BYTES / ring.frameBytes())
                        : STREAM_WRITE_BYTES / ring.frameBytes());
    }

    Ring ring() {
        return ring;
    }

    Channel channel() {
        return channel;
    }

    /** Most frames of one write. */
    int most() {
        return most;
    }

    /** Whether the frames of the last write have left, so that they may be changed. */
    boolean isReady() {
        for (ChannelFuture first = writes.peek(); first != null && first.isDone(); first = writes.peek()) {
            if (!first.isSuccess()) {
                failure = first.cause();
            }
            writes.remove();
        }
        return writes.isEmpty();
    }

    /** Why a write failed; null when none did. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Stamps and sends the next frames of the ring, at most so many; returns how many. */
    int send(int atMost) {
        int count = Math.min(Math.min(atMost, most), ring.frames() - position);
        ring.stamp(position, count);
        transmit(position, count);
        position = (position + count) % ring.frames();
        return count;
    }

    /** Sends frames that are stamped. */
    void transmit(int from, int count) {
        int frameBytes = ring.frameBytes();
        if (!datagrams) {
            writes.add(channel.writeAndFlush(bytes.retainedSlice(from * frameBytes, count * frameBytes)));
            return;
        }
        InetSocketAddress to = (InetSocketAddress) channel.remoteAddress();
        if (segments && count > 1) {
            ByteBuf train = bytes.retainedSlice(from * frameBytes, count * frameBytes);
            writes.add(channel.writeAndFlush(new SegmentedDatagramPacket(train, frameBytes, to)));
            return;
        }
        for (int i = from; i < from + count; i++) {
            writes.add(channel.write(new DatagramPacket(bytes.retainedSlice(i * frameBytes, frameBytes), to)));
        }
        channel.flush();
    }

    /** Sends a frame that is not of the ring. */
    void sendApart(ByteBuffer frame) {
        ByteBuf content = Unpooled.wrappedBuffer(frame);
        Object message = datagrams ? new DatagramPacket(content, (InetSocketAddress) channel.remoteAddress()) : content;
        writes.add(channel.writeAndFlush(message));
    }
}
