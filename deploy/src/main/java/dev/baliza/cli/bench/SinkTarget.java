package dev.baliza.cli.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sink's process with a load of its own: the same frames as the server gets. */
final class SinkTarget implements Target {
    private static final long SETTLE_MILLIS = 50;

    private final Child sink;
    private final Generator generator;
    private final boolean tcp;
    private final InetSocketAddress tcpPort;

    private SinkTarget(Child sink, Generator generator, boolean tcp, InetSocketAddress tcpPort) {
        this.tcpPort = tcpPort;
        this.sink = sink;
        this.generator = generator;
        this.tcp = tcp;
    }

    static SinkTarget start(Scenario scenario, int devices, Cpus cpus) throws IOException {
        var command = cpus.java(List.of());
        command.add(Sink.class.getName());
        Child sink = Child.start(command);
        try {
            String[] ready = sink.line(Sink.READY).split(" ", -1);
            InetSocketAddress udp = new InetSocketAddress("127.0.0.1", Integer.parseInt(ready[2]));
            InetSocketAddress tcp = new InetSocketAddress("127.0.0.1", Integer.parseInt(ready[3]));
            Generator generator = new Generator(scenario, devices, scenario.tcp() ? tcp : udp);
            return new SinkTarget(sink, generator, scenario.tcp(), tcp);
        } catch (IOException e) {
            sink.close();
            throw e;
        }
    }

    InetSocketAddress tcpPort() {
        return tcpPort;
    }

    Child process() {
        return sink;
    }

    /** Frames so far. */
    private long counted() throws IOException {
        sink.say("counts");
        String[] counts = sink.line(Sink.COUNTS).split(" ", -1);
        return tcp ? Long.parseLong(counts[3]) / generator.frameBytes() : Long.parseLong(counts[2]);
    }

    @Override
    public Trial trial(double framesPerSecond, Duration length) throws IOException, InterruptedException {
        long before = counted();
        double cpuBefore = sink.cpuSeconds();
        Offered offered = generator.offer(framesPerSecond, length);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        return new Trial(offered, counted() - before, sink.cpuSeconds() - cpuBefore);
    }

    @Override
    public void close() {
        generator.close();
        sink.close();
    }
}
