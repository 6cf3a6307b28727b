package dev.baliza.protocol.netty;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.vectors.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The same receiver behind either transport: it notes what it makes of each frame and obeys SPEC §2.4. */
final class Receivers {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7367);

    private Receivers() {}

    private static boolean ends(Decoded decoded) {
        return decoded.verdict().equals(ErrorCode.BAD_CHECKSUM.name());
    }

    /** Behind a stream. */
    static final class Tcp extends ChannelInboundHandlerAdapter {
        private final List<Decoded> outcomes = new ArrayList<>();
        private final Decoded.Sets sets;
        private final FrameDecoder decoder;
        private final EmbeddedChannel channel;

        Tcp(int limit, Decoded.Sets sets) {
            this.sets = sets;
            decoder = new FrameDecoder(limit);
            channel = new EmbeddedChannel(decoder, this);
        }

        Tcp receive(ByteBuf bytes) {
            channel.writeInbound(bytes);
            return this;
        }

        /** Closes, and gives what came. */
        List<Decoded> outcomes() {
            channel.finishAndReleaseAll();
            return outcomes;
        }

        boolean insideFrame() {
            return decoder.insideFrame();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Decoded decoded = Decoded.decode(((Frame) message).copy(), sets);
            outcomes.add(decoded);
            if (ends(decoded)) {
                decoder.stop();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
            if (!(cause instanceof ProtocolException e)) {
                super.exceptionCaught(ctx, cause);
                return;
            }
            outcomes.add(Decoded.of(e));
        }
    }

    /** What a receiver makes of one datagram; releases it. */
    static List<Decoded> udp(ByteBuf bytes, Decoded.Sets sets) {
        List<Decoded> outcomes = new ArrayList<>();
        DatagramPacket packet = new DatagramPacket(bytes, ADDRESS);
        try {
            new DatagramDecoder().decode(packet, frame -> {
                Decoded decoded = Decoded.decode(frame.copy(), sets);
                outcomes.add(decoded);
                return !ends(decoded);
            });
        } catch (ProtocolException e) {
            outcomes.add(Decoded.of(e));
        } finally {
            packet.release();
        }
        return outcomes;
    }
}
