package dev.baliza.server.transport;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.netty.FrameDecoder;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import dev.baliza.server.tap.TapFilter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tail of a TCP pipeline: frame to shard, error to NACK and close. Thread: the connection's loop. Spec: SPEC §2.4, §6.5.1.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    static final String NAME = "connection";

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);
    /** Time for answers that other loops still owe; what the peer sends meanwhile is read and discarded, so no RST overtakes. */
    private static final long LAST_WORDS_MILLIS = 100;

    private final ShardLoop loop;
    private final FrameDecoder decoder;
    private @Nullable Peer peer;
    private boolean failed;

    ConnectionHandler(ShardLoop loop, FrameDecoder decoder) {
        this.loop = loop;
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        InetSocketAddress address = (InetSocketAddress) ctx.channel().remoteAddress();
        if (address == null) { // gone before we looked
            ctx.close();
            return;
        }
        peer = new Peer(Transport.TCP, address, new ConnectionOutlet(ctx.channel(), loop));
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object event) {
        Peer from = peer;
        if (failed || from == null) {
            return;
        }
        Frame frame = (Frame) event;
        FrameFault fault = loop.onFrame(frame, from);
        if (fault == FrameFault.BAD_CHECKSUM) {
            fail(ctx, new ProtocolException(ErrorCode.BAD_CHECKSUM, "CRC-32C does not match; the stream ends here"));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        loop.endOfBurst();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        // a peer that does not read its answers gets no more of our memory: stop reading until it does
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ProtocolException e) {
            fail(ctx, e);
        } else if (cause instanceof SSLException) { // a record that is none of this connection's
            loop.counters().streamError();
            LOG.debug("connection of {}: TLS broke", ctx.channel().remoteAddress(), cause);
            ctx.close();
        } else if (cause instanceof IOException) {
            LOG.debug("connection of {} broke", ctx.channel().remoteAddress(), cause);
            ctx.close();
        } else {
            LOG.error(
                    "bug while serving {}; the connection is closed",
                    ctx.channel().remoteAddress(),
                    cause);
            ctx.close();
        }
    }

    /** Says what was wrong and closes; there is no safe way to find the next frame. */
    private void fail(ChannelHandlerContext ctx, ProtocolException e) {
        if (failed) {
            return;
        }
        failed = true;
        decoder.stop();
        loop.counters().streamError();
        if (peer != null && e.code() != ErrorCode.BAD_CHECKSUM) { // a wrong checksum was shown with its frame
            loop.faultTap()
                    .showWithoutFrame(
                            Transport.TCP,
                            peer.address(),
                            TapFilter.STREAM_ERROR,
                            e.code(),
                            e.getMessage() + "; the connection is closed",
                            0,
                            null);
        }
        LOG.debug("connection of {}: {} {}", ctx.channel().remoteAddress(), e.code(), e.getMessage());
        Peer to = peer;
        if (to != null) {
            Message.Nack nack = new Message.Nack(
                    0,
                    0,
                    e.code().number(),
                    MessageType.GOODBYE.code(),
                    false,
                    Message.Nack.NO_INDEX,
                    0,
                    0,
                    String.valueOf(e.getMessage()));
            to.outlet().send(to, new FrameHeader(0, 0, 0, 0, 0xFFFF, Frame.FROM_SERVER), nack, null);
        }
        loop.endOfBurst();
        ctx.executor().schedule(() -> ctx.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }
}
