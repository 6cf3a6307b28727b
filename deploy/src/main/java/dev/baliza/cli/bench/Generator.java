package dev.baliza.cli.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The devices of a scenario on a few sockets, one thread. Thread: one caller; it waits for what it asks for. */
final class Generator implements AutoCloseable {
    private static final int SOCKETS = 4;
    private static final int SOCKET_BYTES = 4 << 20;
    private static final int APART_PER_MILLI = 20;
    /** The second confirms the first where that is a jump, or was lost. Spec: SPEC §5.3. */
    private static final int PING_ROUNDS = 3;

    private final Scenario scenario;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("baliza-load", true), EpollIoHandler.newFactory());
    private final SingleThreadIoEventLoop loop = (SingleThreadIoEventLoop) group.next();
    private final List<Lane> lanes = new ArrayList<>();
    private long sequenced;
    private long frames;

    /** What the server answers, when nobody waits for it. */
    @ChannelHandler.Sharable
    static final class Ignore extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close(); // the write that finds it closed tells
        }
    }

    Generator(Scenario scenario, int devices, InetSocketAddress target) throws IOException {
        this.scenario = scenario;
        long epoch = System.currentTimeMillis() / 1_000;
        List<Ring> rings = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            int first = devices * i / SOCKETS;
            int count = devices * (i + 1) / SOCKETS - first;
            if (count > 0) {
                rings.add(new Ring(scenario.batch(), scenario.level(), first, count, epoch));
            }
        }
        try {
            for (Ring ring : rings) { // once all are encoded: a connection must not be silent for long
                lanes.add(new Lane(connect(target), ring));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Channel connect(InetSocketAddress target) throws IOException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(scenario.tcp() ? EpollSocketChannel.class : EpollDatagramChannel.class)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BYTES)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 20, 1 << 21))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Ignore());
                    }
                });
        var connected = bootstrap.connect(target).awaitUninterruptibly();
        if (!connected.isSuccess()) {
            throw new IOException("no connection to " + target, connected.cause());
        }
        return connected.channel();
    }

    /** Sequenced frames so far, what devices describe included. */
    long sequenced() {
        return sequenced;
    }

    /** All frames so far; over UDP each was a datagram. */
    long frames() {
        return frames;
    }

    /** Sockets that the server closed. */
    long closedConnections() {
        return lanes.stream().filter(lane -> !lane.channel().isActive()).count();
    }

    int frameBytes() {
        return lanes.get(0).ring().frameBytes();
    }

    List<Lane> lanes() {
        return lanes;
    }

    SingleThreadIoEventLoop loop() {
        return loop;
    }

    /** Every device describes its channels; lanes in turn, because a connection must not be silent for long. */
    void describe() throws InterruptedException {
        int most = lanes.stream().mapToInt(lane -> lane.ring().frames()).max().orElse(0);
        for (int i = 0; i < most; i++) {
            for (Lane lane : lanes) {
                if (i < lane.ring().frames()) {
                    int device = i % lane.ring().devices();
                    int variant = i / lane.ring().devices();
                    loop.execute(() -> lane.sendApart(lane.ring().describe(device, variant)));
                    sequenced++;
                    pace();
                }
            }
        }
    }

    /** Every device says which number it would use next. */
    void ping() throws InterruptedException {
        for (int round = 0; round < PING_ROUNDS; round++) {
            for (Lane lane : lanes) {
                for (int i = 0; i < lane.ring().devices(); i++) {
                    int device = i;
                    loop.execute(() -> lane.sendApart(lane.ring().ping(device)));
                    pace();
                }
            }
        }
    }

    private void pace() throws InterruptedException {
        if (++frames % APART_PER_MILLI == 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Every frame of the rings once, over TCP. */
    void sendOnce() throws IOException, InterruptedException {
        for (Lane lane : lanes) {
            CompletableFuture<Long> done = new CompletableFuture<>();
            loop.execute(() -> sendOn(lane, 0, done));
            long sent = await(done);
            count(sent, sent);
        }
    }

    private void sendOn(Lane lane, long sent, CompletableFuture<Long> done) {
        if (sent == lane.ring().frames()) {
            done.complete(sent);
            return;
        }
        long more = lane.isReady() ? lane.send((int) (lane.ring().frames() - sent)) : 0;
        loop.schedule(() -> sendOn(lane, sent + more, done), 1, TimeUnit.MILLISECONDS);
    }

    /** @param framesPerSecond infinite: as fast as it goes */
    Offered offer(double framesPerSecond, Duration length) throws IOException, InterruptedException {
        Offered offered = await(new OpenLoop(loop, lanes, framesPerSecond, length.toNanos()).start());
        count(offered.frames(), offered.frames());
        return offered;
    }

    /** @param sent re-sent ones included */
    void count(long numbers, long sent) {
        sequenced += numbers;
        frames += sent;
    }

    static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
