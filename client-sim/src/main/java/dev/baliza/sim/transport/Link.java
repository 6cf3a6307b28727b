package dev.baliza.sim.transport;

import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.netty.DatagramDecoder;
import dev.baliza.protocol.netty.FrameDecoder;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.device.Departure;
import dev.baliza.sim.fault.Line;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device's own socket: a TCP connection that comes back when it breaks, or a connected UDP socket. Frames written within one turn of
 * the loop are flushed together by {@link #flush}. Thread: its loop's.
 */
public final class Link implements Line {
    private static final long MAX_BACKOFF_MILLIS = 5_000;
    private static final int MAX_DATAGRAM = 65_535;

    /** What a link tells. Called on the loop. */
    public interface Owner {
        /** A TCP connection stands (again), or the UDP socket is open. */
        void onUp();

        /** A frame came; a copy of its own. */
        void onFrame(Frame frame);

        /** TLS with the server did not come about; it is tried again later. */
        default void onTlsFailure(Throwable cause) {}
    }

    private final NetworkStack stack;
    private final EventLoop loop;
    private final InetSocketAddress server;
    private final boolean tcp;
    private final @Nullable TlsContext tls;
    private final Owner owner;
    private @Nullable Channel channel;
    private long backoffMillis = 50;
    private boolean closed;
    private boolean dirty;
    private long written;
    private long damaged;
    private long cuts;

    /** @param tls of TCP; null: in the clear */
    public Link(
            NetworkStack stack,
            EventLoop loop,
            InetSocketAddress server,
            boolean tcp,
            @Nullable TlsContext tls,
            Owner owner) {
        this.stack = stack;
        this.loop = loop;
        this.server = server;
        this.tcp = tcp;
        this.tls = tcp ? tls : null;
        this.owner = owner;
    }

    /** Opens the socket; a refused connection is tried again later. */
    public void open() {
        Bootstrap bootstrap = new Bootstrap().group(loop);
        if (tcp) {
            bootstrap
                    .channel(stack.socketChannel())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(initializer());
        } else {
            bootstrap
                    .channel(stack.datagramChannel())
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
                    .handler(initializer());
        }
        bootstrap.connect(server).addListener((ChannelFuture done) -> {
            SslHandler handshake = done.channel().pipeline().get(SslHandler.class);
            if (!done.isSuccess() || handshake == null) {
                opened(done.channel(), done.isSuccess());
            } else {
                handshake.handshakeFuture().addListener(ended -> {
                    if (!ended.isSuccess()) {
                        owner.onTlsFailure(ended.cause());
                    }
                    opened(done.channel(), ended.isSuccess());
                });
            }
        });
    }

    private void opened(Channel fresh, boolean success) {
        if (success && !closed) {
            channel = fresh;
            backoffMillis = 50;
            owner.onUp();
        } else if (success) {
            fresh.close();
        } else {
            retry();
        }
    }

    private ChannelInitializer<Channel> initializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel fresh) {
                if (tls != null) {
                    fresh.pipeline()
                            .addLast(new SslHandler(tls.clientEngine(server.getHostString(), server.getPort())));
                }
                if (tcp) {
                    fresh.pipeline().addLast(new FrameDecoder(65_535));
                }
                fresh.pipeline().addLast(new Reader());
            }
        };
    }

    private void retry() {
        channel = null;
        if (!closed) {
            loop.schedule(this::open, backoffMillis, TimeUnit.MILLISECONDS);
            backoffMillis = Math.min(MAX_BACKOFF_MILLIS, backoffMillis * 2);
        }
    }

    @Override
    public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
        Channel to = channel;
        if (to != null && to.isActive()) {
            written++;
            if (departure != null) {
                departure.onWire();
            }
            to.write(Unpooled.wrappedBuffer(frame), to.voidPromise());
            dirty = true;
        }
    }

    @Override
    public void sendDamaged(ByteBuffer bytes) {
        Channel to = channel;
        if (to != null && to.isActive()) {
            damaged++;
            to.write(Unpooled.wrappedBuffer(bytes), to.voidPromise());
            dirty = true;
        }
    }

    @Override
    public void cut(ByteBuffer bytes, boolean reset) {
        Channel to = channel;
        if (!tcp || to == null || !to.isActive()) {
            return;
        }
        cuts++;
        channel = null; // nothing more goes into this one
        dirty = false;
        if (reset) {
            to.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        to.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(done -> to.close());
        retry();
    }

    /** Another source port, as when a NAT forgets: datagram sockets only. */
    public void rebind() {
        Channel old = channel;
        if (!tcp && old != null) {
            flush();
            channel = null;
            old.close();
            open();
        }
    }

    @Override
    public boolean isStream() {
        return tcp;
    }

    /** Datagrams that were no right frame, given to the socket. */
    public long damaged() {
        return tcp ? 0 : damaged;
    }

    /** Datagrams given to the socket. */
    public long datagrams() {
        return tcp ? 0 : written + damaged;
    }

    /** Connections ended on purpose. */
    public long cuts() {
        return cuts;
    }

    /** Frames that were given to the socket. */
    public long written() {
        return written;
    }

    /** Sends what was written since the last time. */
    public void flush() {
        Channel to = channel;
        if (dirty && to != null) {
            dirty = false;
            to.flush();
        }
    }

    @Override
    public boolean isUp() {
        Channel to = channel;
        return to != null && to.isActive() && to.isWritable();
    }

    public void close() {
        closed = true;
        Channel to = channel;
        if (to != null) {
            to.close();
        }
    }

    /** Takes frames off the socket. */
    private final class Reader extends ChannelInboundHandlerAdapter {
        private final DatagramDecoder datagrams = new DatagramDecoder();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof Frame frame) {
                give(frame);
            } else if (event instanceof DatagramPacket packet) {
                try {
                    datagrams.decode(packet, this::give);
                } finally {
                    packet.release();
                }
            }
        }

        private boolean give(Frame frame) {
            if (frame.has(Frame.SEALED) || frame.checksumMatches()) {
                owner.onFrame(frame.copy());
            }
            return true;
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (tcp && channel == ctx.channel()) {
                retry();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (tcp) {
                ctx.close();
            }
            // UDP: the server's port was closed for a moment; timers send again
        }
    }
}
