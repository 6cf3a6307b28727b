package dev.baliza.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the server is, as sd_notify(3) does; silent where systemd does not ask. Each message has a socket of its own,
 * because systemd makes a new one when it restarts itself. Java has no Unix datagram sockets, so this needs Netty's epoll. Thread: any.
 */
final class SystemdNotifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);
    private static final long SEND_MILLIS = 1_000;
    /** Signs of life within the time that systemd waits for one. */
    private static final int SIGNS = 3;

    private final @Nullable DomainSocketAddress socket;
    private final long watchdogMicros;
    private final @Nullable EventLoopGroup group;

    private SystemdNotifier(@Nullable DomainSocketAddress socket, long watchdogMicros) {
        this.socket = socket;
        this.watchdogMicros = watchdogMicros;
        group = socket == null
                ? null
                : new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("baliza-systemd", true), EpollIoHandler.newFactory());
    }

    /** @param environment with NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as systemd sets them, or without */
    static SystemdNotifier of(Map<String, String> environment) {
        String path = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (path.isEmpty()) {
            return new SystemdNotifier(null, 0);
        }
        if (!path.startsWith("/") && !path.startsWith("@")) {
            LOG.warn("NOTIFY_SOCKET is '{}', but only Unix sockets are supported (/path or @name)", path);
            return new SystemdNotifier(null, 0);
        }
        if (!Epoll.isAvailable()) {
            LOG.warn("systemd cannot be told that the server is ready, because epoll does not work here;"
                    + " write Type=exec and WatchdogSec=0 into the unit");
            return new SystemdNotifier(null, 0);
        }
        // "@" stands for the NUL byte that names of abstract sockets begin with
        DomainSocketAddress socket = new DomainSocketAddress(path.startsWith("@") ? '\0' + path.substring(1) : path);
        return new SystemdNotifier(socket, watchdogMicros(environment));
    }

    private static long watchdogMicros(Map<String, String> environment) {
        String pid = environment.get("WATCHDOG_PID");
        if (pid != null && !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0")));
        } catch (NumberFormatException e) {
            LOG.warn("WATCHDOG_USEC is no number of microseconds; no sign of life will be sent");
            return 0;
        }
    }

    /**
     * The server serves. From now on systemd gets signs of life if it wants them, one each time a probe succeeded.
     *
     * @param status for {@code systemctl status}; one line
     * @param probe runs its argument if the server works; called on a thread of the notifier, must not block
     */
    void ready(String status, Consumer<Runnable> probe) {
        sendAndWait("READY=1\nSTATUS=" + status + "\n");
        if (group != null && watchdogMicros > 0) {
            long period = Math.max(1, watchdogMicros / SIGNS);
            group.next()
                    .scheduleAtFixedRate(
                            () -> probe.accept(() -> send("WATCHDOG=1\n")), 0, period, TimeUnit.MICROSECONDS);
        }
    }

    /**
     * Reads the configuration again: systemd waits with what comes after the reload until it is done.
     *
     * @param reload what is done meanwhile
     */
    void whileReloading(Runnable reload) {
        // the time lets systemd tell this reload from an earlier one (Type=notify-reload); it is the clock of the
        // uptime
        sendAndWait("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1_000 + "\n");
        try {
            reload.run();
        } finally {
            sendAndWait("READY=1\n");
        }
    }

    /** The server shuts down. */
    void stopping() {
        sendAndWait("STOPPING=1\nSTATUS=draining\n");
    }

    private void sendAndWait(String text) {
        Promise<Void> sent = send(text);
        if (sent != null && (!sent.awaitUninterruptibly(SEND_MILLIS) || !sent.isSuccess())) {
            LOG.warn("systemd was not told {}: {}", text.lines().findFirst().orElse(""), sent.cause());
        }
    }

    private @Nullable Promise<Void> send(String text) {
        if (group == null || socket == null || group.isShuttingDown()) {
            return null;
        }
        Promise<Void> sent = group.next().newPromise();
        new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(socket)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        write(connected.channel(), text, sent);
                    } else {
                        sent.tryFailure(connected.cause());
                    }
                });
        return sent;
    }

    private static void write(Channel channel, String text, Promise<Void> sent) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
                .addListener((ChannelFuture written) -> {
                    channel.close();
                    if (written.isSuccess()) {
                        sent.trySuccess(null);
                    } else {
                        sent.tryFailure(written.cause());
                    }
                });
    }

    @Override
    public void close() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
