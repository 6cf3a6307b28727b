package dev.baliza.server;

import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.server.SocketTable.Protocol;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.books.Books;
import dev.baliza.server.config.EffectiveConfig;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.downlink.Downlink;
import dev.baliza.server.files.FileDesk;
import dev.baliza.server.http.HttpListener;
import dev.baliza.server.http.PageInfo;
import dev.baliza.server.metrics.BuildInfo;
import dev.baliza.server.metrics.ServerMetrics;
import dev.baliza.server.operator.FileOperations;
import dev.baliza.server.operator.Operation;
import dev.baliza.server.operator.TalkOperations;
import dev.baliza.server.recovery.ServerStore;
import dev.baliza.server.session.ClockSlots;
import dev.baliza.server.tap.TapHub;
import dev.baliza.server.transport.AddressGate;
import dev.baliza.server.transport.NativeTransport;
import dev.baliza.server.transport.ShardLoop;
import dev.baliza.server.transport.TcpListener;
import dev.baliza.server.transport.UdpListener;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: the one place that wires the stages together. {@link #start} returns when all ports are bound; {@link #close}
 * drains. Thread: any.
 */
public final class BalizaServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BalizaServer.class);

    /** Two series each. */
    private static final long MOST_CLOCKS = 1_000;

    private final ServerConfig config;
    private final NativeTransport transport;
    private final ClockSlots clockSlots = new ClockSlots(MOST_CLOCKS);
    private final EventLoopGroup group;
    private final EventLoopGroup httpGroup;
    private final List<ShardLoop> loops;
    private final MergedBooks books;
    private final TapHub taps = new TapHub();
    private final ServerMetrics metrics;
    private final ServerState state = new ServerState();
    private final AddressGate gate;
    private final TcpListener tcp;
    private final UdpListener udp;
    private final HttpListener http;
    private final KeyStore keys;
    private final Downlink downlink;
    private final Doors doors;
    private final ServerDesks desks;
    private final OperatorOffice office;
    private final @Nullable ServerStore store;
    private volatile Runnable onStoreFailure = () -> new Thread(this::close, "baliza-stop").start();
    private volatile Duration drain;

    private BalizaServer(ServerConfig config, LongSupplier clockMicros) throws StartException, InterruptedException {
        this.config = config;
        try {
            keys = new KeyStore(config.keys().file());
        } catch (KeyFile.KeyFileException e) {
            throw new StartException(StartException.BAD_CONFIG, String.valueOf(e.getMessage()), e);
        }
        doors = new Doors(config, Clock.systemUTC());
        Path directory = config.store().dir();
        if (directory != null) {
            StoreDirectory.prepare(directory);
        }
        drain = config.limits().drain();
        transport = transport(config.loops().transport());
        int count = config.loops().count() == 0
                ? Runtime.getRuntime().availableProcessors()
                : config.loops().count();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("baliza-loop"), transport.ioHandlers());
        httpGroup = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("baliza-http"), transport.ioHandlers());
        Families families =
                new Families(config.limits().maxFamilies(), config.limits().maxSeries());
        long instance = new SecureRandom().nextInt() & 0xFFFF_FFFFL;
        loops = ShardLoops.open(config, group, count, families, instance, keys, clockSlots, taps, clockMicros);
        store = openStore(clockMicros);
        ShardLoop.connect(loops);
        downlink = new Downlink(instance, ShardLoops.doors(loops));
        httpGroup.next().scheduleAtFixedRate(keys::refresh, 1, 1, TimeUnit.SECONDS);
        httpGroup.next().scheduleAtFixedRate(doors::refresh, 1, 1, TimeUnit.SECONDS);
        books = new MergedBooks(loops, families, taps);
        books.showCertificate(doors::certificate);
        books.include(Map::of, () -> Map.of("device_clocks_left_out", clockSlots.leftOut()));
        if (store != null) {
            books.include(store::events, store::gauges);
        }
        desks = ServerDesks.open(config, loops, books, clockMicros);
        office = office();
        metrics = new ServerMetrics(
                books,
                new BuildInfo(
                        Version.text(), transport.label(), Runtime.version().toString(), config.insecure()));
        gate = new AddressGate(AccessLists.filter(config.access()));
        try {
            tcp = ListenFailure.explained(
                    "tcp",
                    Protocol.TCP,
                    new InetSocketAddress(config.tcp().host(), config.tcp().port()),
                    address -> TcpListener.bind(
                            transport,
                            group,
                            loops,
                            address,
                            gate,
                            config.tcp().maxConnections(),
                            config.tcp().backlog(),
                            config.tcp().maxFrameBytes(),
                            doors.tcp(metrics.admissions())));
            books.countConnectionsOf(tcp);
            udp = ListenFailure.explained(
                    "udp",
                    Protocol.UDP,
                    new InetSocketAddress(config.udp().host(), config.udp().port()),
                    address -> UdpListener.bind(
                            transport,
                            loops,
                            address,
                            gate,
                            config.udp().receiveBufferBytes(),
                            config.udp().maxDatagramBytes()));
            books.showBuffersOf(udp);
            http = new HttpListener(
                    httpGroup,
                    httpGroup,
                    transport.serverChannel(),
                    books,
                    metrics,
                    state,
                    new PageInfo(Version.text(), config.insecure(), instance),
                    Clock.systemUTC());
            http.serveTaps(taps);
            if (store != null) {
                http.serveHistory(store.history(books::described));
            }
            http.useTls(doors.http(metrics.admissions()));
            http.ask(doors.logins(metrics.admissions()));
            http.listFiles(desks.files()::files);
            ListenFailure.explained(
                    "http",
                    Protocol.TCP,
                    new InetSocketAddress(config.http().host(), config.http().port()),
                    address -> {
                        http.start(address);
                        return http;
                    });
        } catch (Exception e) {
            desks.close();
            office.close();
            if (store != null) {
                store.close();
            }
            stopLoops();
            throw e;
        }
        office.listensOn(tcpAddress(), udpAddress());
        office.stopWith(this::close);
        metrics.configReloads().succeeded(Instant.now());
    }

    private @Nullable ServerStore openStore(LongSupplier clockMicros) throws StartException {
        try {
            ServerStore opened = StoreDirectory.open(config.store(), loops, clockMicros);
            if (opened != null) {
                opened.start(() -> onStoreFailure.run());
            }
            return opened;
        } catch (StartException e) {
            stopLoops();
            throw e;
        }
    }

    /** What to do when nothing can be stored any more; until then it closes. */
    void onStoreFailure(Runnable end) {
        onStoreFailure = end;
    }

    private OperatorOffice office() throws StartException {
        try {
            List<Operation> more = new ArrayList<>(new TalkOperations(downlink).all());
            more.addAll(new FileOperations(books, desks.files()::files, this::push).all());
            return new OperatorOffice(config, keys.get(), books, loops, more);
        } catch (StartException e) {
            stopLoops();
            throw e;
        }
    }

    private CompletableFuture<Optional<String>> push(long device, String sha256) {
        return desks.files()
                .push(device, sha256)
                .thenApply(result -> result.ok() ? Optional.empty() : Optional.of(result.text()));
    }

    /**
     * Starts.
     *
     * @throws StartException a port, the keys or the data directory cannot be had
     */
    public static BalizaServer start(ServerConfig config) throws StartException, InterruptedException {
        return new BalizaServer(config, () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    private static NativeTransport transport(ServerConfig.Transport wanted) {
        return switch (wanted) {
            case AUTO, EPOLL -> NativeTransport.best();
            case NIO -> NativeTransport.NIO;
        };
    }

    public InetSocketAddress tcpAddress() {
        return tcp.localAddress();
    }

    public InetSocketAddress udpAddress() {
        return udp.localAddress();
    }

    public InetSocketAddress httpAddress() {
        return http.localAddress();
    }

    /** Files of devices: the list, and sending one to a device. */
    public FileDesk files() {
        return desks.files();
    }

    /** The read side, for tests and for whoever embeds the server. */
    public Books books() {
        return books;
    }

    /** The way for operators to talk to devices. */
    public Downlink downlink() {
        return downlink;
    }

    /** What to say when it is ready. */
    public String readyLine(Duration sinceStart) {
        return new ReadyLine(config, tcpAddress(), udpAddress(), httpAddress())
                .text(
                        sinceStart,
                        transport.label(),
                        loops.size(),
                        keys.get(),
                        store == null ? null : store.directory());
    }

    /** Where people and Prometheus go; no slash at the end. */
    public String httpUrl() {
        return new ReadyLine(config, tcpAddress(), udpAddress(), httpAddress()).httpUrl();
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Runs the task once every loop has had its turn; never, if one hangs or has ended. Does not wait. */
    void whenAllLoopsAnswer(Runnable task) {
        AtomicInteger silent = new AtomicInteger(loops.size());
        if (!state.isDraining()) {
            loops.forEach(loop -> loop.run(() -> {
                if (silent.decrementAndGet() == 0) {
                    task.run();
                }
            }));
        }
    }

    /** What operators are shown as configuration, and what ends the process when one of them asks for it. */
    void serveOperators(Supplier<EffectiveConfig> inForce, Runnable stop) {
        office.showConfig(() -> Optional.of(inForce.get()));
        office.stopWith(stop);
    }

    /** Things a user should know although the server runs. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (config.loops().transport() != ServerConfig.Transport.NIO && transport == NativeTransport.NIO) {
            warnings.add("epoll does not work here, NIO serves: " + NativeTransport.whyNotEpoll());
        }
        ReadyLine.bufferWarning(config.udp().receiveBufferBytes(), udp.receiveBufferBytes())
                .ifPresent(warnings::add);
        warnings.addAll(doors.warnings(httpAddress()));
        return warnings;
    }

    /**
     * Takes over what can change while the server runs: address lists, the number of connections, the drain time, certificates and users. Sockets stay as
     * they are, but connections whose address is now denied are closed. Thread: any, one at a time.
     */
    void reconfigure(ServerConfig newer) {
        gate.use(AccessLists.filter(newer.access()));
        tcp.allowConnections(newer.tcp().maxConnections());
        drain = newer.limits().drain();
        int closed = tcp.closeDenied();
        if (closed > 0) {
            LOG.info("{} connections closed: their address is denied now", closed);
        }
        if (doors.reload()) {
            metrics.configReloads().succeeded(Instant.now());
        } else {
            metrics.configReloads().failed();
        }
    }

    /** A new configuration was refused. */
    void reloadFailed() {
        metrics.configReloads().failed();
    }

    /** Drains: not ready, stop accepting, answer what came, say GOODBYE, close. Takes at most the drain time and a few seconds. */
    @Override
    public void close() {
        if (!state.drain()) {
            return;
        }
        LOG.info("draining");
        tcp.stopAccepting();
        if (store != null && !store.settle(drain)) {
            LOG.warn("the store took longer than limits.drain; what it lacks is not acknowledged");
        }
        CountDownLatch drained = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.run(() -> {
            loop.drain();
            drained.countDown();
        }));
        try {
            if (!drained.await(drain.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the last answers took longer than limits.drain; closing all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tcp.close();
        udp.close();
        http.close();
        doors.close();
        metrics.close();
        desks.close();
        office.close();
        if (store != null) {
            store.close();
        }
        stopLoops();
        LOG.info("stopped");
    }

    private void stopLoops() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        httpGroup.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
