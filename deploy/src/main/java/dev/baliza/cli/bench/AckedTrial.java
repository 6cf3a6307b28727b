package dev.baliza.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of frames that want acknowledgements.
 *
 * @param resent frames sent more than once
 */
record AckedTrial(Trial trial, double p50Millis, double p99Millis, long resent) {
    /** Of all devices: what fits the server's socket, so that hardly any is lost. */
    private static final int ON_THE_WAY = 2_000;

    private static final long SETTLE_MILLIS = 20;

    /** @param framesPerSecond infinite: as many as are acknowledged */
    static AckedTrial run(ServerTarget server, double framesPerSecond, Duration length)
            throws IOException, InterruptedException {
        Generator generator = server.generator();
        Latencies latencies = new Latencies();
        int devices = generator.lanes().stream()
                .mapToInt(lane -> lane.ring().devices())
                .sum();
        int window = Math.max(1, Math.min(AckWindow.MAX_WINDOW, ON_THE_WAY / devices));
        List<AckWindow> windows = generator.lanes().stream()
                .map(lane -> new AckWindow(lane, server.scenario().level(), window, latencies))
                .toList();
        for (int i = 0; i < windows.size(); i++) {
            generator.lanes().get(i).channel().pipeline().addFirst(windows.get(i));
        }
        double cpuBefore = server.process().cpuSeconds();
        Offered offered =
                Generator.await(new AckedLoop(generator.loop(), windows, framesPerSecond, length.toNanos()).start());
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        double cpu = server.process().cpuSeconds() - cpuBefore;
        long resent = windows.stream().mapToLong(AckWindow::resent).sum();
        long acknowledged = windows.stream().mapToLong(AckWindow::acknowledged).sum();
        generator.count(offered.frames(), offered.frames() + resent);
        for (int i = 0; i < windows.size(); i++) {
            generator.lanes().get(i).channel().pipeline().remove(windows.get(i));
        }
        return new AckedTrial(
                new Trial(offered, acknowledged, cpu), latencies.percentile(0.5), latencies.percentile(0.99), resent);
    }
}
