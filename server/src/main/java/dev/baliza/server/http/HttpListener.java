package dev.baliza.server.http;

import dev.baliza.server.auth.Authenticator;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.FileView;
import dev.baliza.server.history.History;
import dev.baliza.server.metrics.ServerMetrics;
import dev.baliza.server.tap.TapHub;
import dev.baliza.server.tls.TlsDoor;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP port: metrics, health, JSON and the page, to GET and HEAD only. Thread: {@link #start} and {@link #close} block, so
 * never on an event loop. Ownership: of its connections and a thread for JSON; not of the event loops and the metrics.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what fails here closes the channel
public final class HttpListener implements AutoCloseable {
    private static final long CLOSE_SECONDS = 2;

    private final EventLoopGroup acceptor;
    private final EventLoopGroup worker;
    private final Class<? extends ServerChannel> channelType;
    private final HttpLimits limits;
    private final ExecutorService json = Executors.newSingleThreadExecutor(HttpListener::jsonThread);
    private final Router router;
    private volatile TapHub taps = new TapHub();
    private volatile Doorkeeper doorkeeper = new Doorkeeper(null);
    private volatile @Nullable TlsDoor tls;
    private final AtomicInteger connections = new AtomicInteger();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private volatile InetSocketAddress localAddress = InetSocketAddress.createUnresolved("unbound", 0);

    /** Does not bind yet. The channel type must fit the event loops. */
    public HttpListener(
            EventLoopGroup acceptor,
            EventLoopGroup worker,
            Class<? extends ServerChannel> channelType,
            Books books,
            ServerMetrics metrics,
            Health health,
            PageInfo info,
            InstantSource clock) {
        this(acceptor, worker, channelType, books, metrics, health, info, clock, HttpLimits.DEFAULT);
    }

    HttpListener(
            EventLoopGroup acceptor,
            EventLoopGroup worker,
            Class<? extends ServerChannel> channelType,
            Books books,
            ServerMetrics metrics,
            Health health,
            PageInfo info,
            InstantSource clock,
            HttpLimits limits) {
        this.acceptor = acceptor;
        this.worker = worker;
        this.channelType = channelType;
        this.limits = limits;
        this.router = new Router(books, metrics, health, info, clock, json);
    }

    /** Lets clients look on at these frames; before {@link #start}. */
    public void serveTaps(TapHub hub) {
        taps = hub;
    }

    /** Answers only who proves to be a user; before {@link #start}. */
    public void ask(@Nullable Authenticator authenticator) {
        doorkeeper = new Doorkeeper(authenticator);
    }

    /** Speaks HTTPS; before {@link #start}. */
    public void useTls(@Nullable TlsDoor door) {
        tls = door;
    }

    /** Lists these files; before {@link #start}. */
    public void listFiles(Supplier<List<FileView>> files) {
        router.listFiles(files);
    }

    /** Gives out these readings; before {@link #start}. */
    public void serveHistory(History history) {
        router.serveHistory(history);
    }

    /**
     * Binds and accepts from then on.
     *
     * @param address port 0 for any free one
     * @throws IOException when the address cannot be had
     */
    public void start(InetSocketAddress address) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(acceptor, worker)
                .channel(channelType)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot bind " + address, bound.cause());
        }
        channels.add(bound.channel());
        localAddress = (InetSocketAddress) bound.channel().localAddress();
    }

    /** Where it listens; meaningless before {@link #start}. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    private void accept(Channel channel) {
        int open = connections.incrementAndGet();
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (open > limits.connections()) {
            channel.close();
            return;
        }
        channels.add(channel);
        TlsDoor door = tls;
        if (door != null) {
            door.addTo(channel.pipeline(), failed -> {});
        }
        addHandlers(channel.pipeline(), router, limits, taps, doorkeeper);
    }

    static void addHandlers(
            ChannelPipeline pipeline, Router router, HttpLimits limits, TapHub taps, Doorkeeper doorkeeper) {
        RequestDeadline deadline = new RequestDeadline(limits);
        pipeline.addLast(RequestDeadline.NAME, deadline);
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytes())
                .setMaxHeaderSize(limits.headerBytes());
        pipeline.addLast("http", new HttpServerCodec(decoder, limits.pipelined()));
        pipeline.addLast(RequestHandler.NAME, new RequestHandler(router, doorkeeper, deadline, taps));
    }

    private static Thread jsonThread(Runnable task) {
        Thread thread = new Thread(task, "baliza-http");
        thread.setDaemon(true);
        return thread;
    }

    /** Closes the port and all connections, answered or not. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        json.shutdown();
    }
}
