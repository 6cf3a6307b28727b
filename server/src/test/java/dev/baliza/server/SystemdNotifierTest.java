package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears, on a real Unix datagram socket. */
class SystemdNotifierTest {
    private static final long PATIENCE_SECONDS = 20;

    @TempDir
    Path dir;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private @Nullable EventLoopGroup group;

    @BeforeEach
    void epoll() {
        Assumptions.assumeTrue(Epoll.isAvailable(), "needs Netty's epoll, which works on Linux only");
        group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private Channel listen(String path) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                        heard.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(path))
                .syncUninterruptibly()
                .channel();
    }

    private String next() throws InterruptedException {
        String text = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return text == null ? "nothing" : text;
    }

    @Test
    void saysReadyAndStopping() throws Exception {
        String path = dir.resolve("notify").toString();
        listen(path);
        try (SystemdNotifier systemd = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", path))) {
            systemd.ready("ready in 0.4 s", task -> {
                throw new IllegalStateException("nobody asked for a sign of life");
            });
            assertThat(next()).isEqualTo("READY=1\nSTATUS=ready in 0.4 s\n");
            systemd.stopping();
            assertThat(next()).startsWith("STOPPING=1\n");
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void findsAbstractSockets() throws Exception {
        String name = "baliza-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        listen('\0' + name);
        try (SystemdNotifier systemd = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", "@" + name))) {
            systemd.ready("up", Runnable::run);
            assertThat(next()).startsWith("READY=1\n");
        }
    }

    @Test
    void showsSignsOfLifeWhileTheProbeSucceeds() throws Exception {
        String path = dir.resolve("notify").toString();
        listen(path);
        AtomicInteger asked = new AtomicInteger();
        Map<String, String> environment = Map.of(
                "NOTIFY_SOCKET",
                path,
                "WATCHDOG_USEC",
                "30000",
                "WATCHDOG_PID",
                Long.toString(ProcessHandle.current().pid()));
        try (SystemdNotifier systemd = SystemdNotifier.of(environment)) {
            // the third time and later the server hangs
            systemd.ready("up", sign -> {
                if (asked.incrementAndGet() <= 2) {
                    sign.run();
                }
            });
            assertThat(next()).startsWith("READY=1\n");
            assertThat(next()).isEqualTo("WATCHDOG=1\n");
            assertThat(next()).isEqualTo("WATCHDOG=1\n");
            org.awaitility.Awaitility.await().until(() -> asked.get() > 5);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void theWatchdogOfAnotherProcessGetsNone() throws Exception {
        String path = dir.resolve("notify").toString();
        listen(path);
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1");
        AtomicInteger asked = new AtomicInteger();
        try (SystemdNotifier systemd = SystemdNotifier.of(environment)) {
            systemd.ready("up", sign -> asked.incrementAndGet());
            assertThat(next()).startsWith("READY=1\n");
            systemd.stopping();
            assertThat(next()).startsWith("STOPPING=1\n");
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void goesOnWhenNobodyListensOrNobodyAsked() {
        Map<String, String> gone = Map.of("NOTIFY_SOCKET", dir.resolve("gone").toString());
        for (Map<String, String> environment :
                java.util.List.of(gone, Map.<String, String>of(), Map.of("NOTIFY_SOCKET", "vsock:2:1234"))) {
            try (SystemdNotifier systemd = SystemdNotifier.of(environment)) {
                systemd.ready("up", Runnable::run);
                systemd.stopping();
            }
        }
        assertThat(heard).isEmpty();
    }
}
