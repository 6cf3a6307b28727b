package dev.baliza.server.transport;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.netty.DatagramDecoder;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The UDP pipeline's one handler: datagram to frames to the shard. Thread: the socket's loop. */
final class DatagramHandler extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramHandler.class);

    private static final InetSocketAddress NOBODY = new InetSocketAddress(0);

    private final DatagramDecoder decoder = new DatagramDecoder();
    private final ShardLoop loop;
    private final AddressGate gate;
    private final int maxDatagramBytes;
    /** Of the datagram at hand. */
    private int frames;

    DatagramHandler(ShardLoop loop, AddressGate gate, int maxDatagramBytes) {
        this.loop = loop;
        this.gate = gate;
        this.maxDatagramBytes = maxDatagramBytes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        ReceiveCounters counters = loop.counters();
        counters.datagramRead();
        InetSocketAddress sender = packet.sender();
        if (sender == null || sender.getPort() == 0) {
            counters.count(DatagramOutcome.DENIED); // nobody could be answered; only raw sockets send so
            show(packet, DatagramOutcome.DENIED, null, "the sender's port is 0: nobody could be answered");
            return;
        }
        if (!gate.permits(sender.getAddress())) {
            counters.count(DatagramOutcome.DENIED);
            show(packet, DatagramOutcome.DENIED, null, "access.allow or access.deny keeps this address out");
            return;
        }
        if (packet.content().readableBytes() > maxDatagramBytes) {
            counters.count(DatagramOutcome.OVERSIZE);
            show(
                    packet,
                    DatagramOutcome.OVERSIZE,
                    ErrorCode.TOO_LARGE,
                    "datagrams here have at most " + maxDatagramBytes + " bytes");
            return;
        }
        frames = 0;
        Peer peer = new Peer(Transport.UDP, sender, loop.udpOutlet());
        try {
            decoder.decode(packet, frame -> goesOn(frame, peer));
            counters.count(DatagramOutcome.PARSED);
        } catch (ProtocolException e) {
            DatagramOutcome outcome = frames > 0 ? DatagramOutcome.TRAILING : DatagramOutcome.MALFORMED;
            counters.count(outcome);
            show(packet, outcome, e.code(), String.valueOf(e.getMessage()));
            LOG.debug("datagram from {}: {} {}", sender, e.code(), e.getMessage());
        }
    }

    private void show(DatagramPacket packet, DatagramOutcome outcome, @Nullable ErrorCode code, String detail) {
        InetSocketAddress sender = packet.sender() == null ? NOBODY : packet.sender();
        int size = packet.content().readableBytes();
        loop.faultTap()
                .showWithoutFrame(
                        Transport.UDP,
                        sender,
                        outcome.label(),
                        code,
                        detail,
                        size,
                        packet.content().nioBuffer());
    }

    /** A wrong checksum spoils the rest of the datagram (SPEC §2.4); other faults are the frame's own. */
    private boolean goesOn(Frame frame, Peer peer) {
        frames++;
        return loop.onFrame(frame, peer) != FrameFault.BAD_CHECKSUM;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        loop.endOfBurst();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("datagram socket", cause); // such as ECONNREFUSED of an earlier answer: the socket lives on
        } else {
            LOG.error("bug while serving a datagram; the rest of it is dropped", cause);
        }
    }
}
