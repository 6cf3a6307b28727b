package dev.baliza.cli.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.SensorType;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How a server grows with devices, series and connections: its live heap after a full collection, its resident memory, and what a scrape
 * takes. Thread: one.
 *
 * @param options more for the servers' JVM
 */
record Curves(Cpus cpus, List<String> options, Path directory) {
    private static final int[] DEVICES = {100, 1_000, 10_000, 100_000};
    private static final int[] SERIES = {1_000, 10_000, 100_000, 1_000_000};
    private static final int SERIES_PER_DEVICE = 50;
    private static final int[] CONNECTIONS = {100, 1_000, 5_000, 15_000};
    /** Files of a process besides its connections. */
    private static final int OTHER_FILES = 500;

    private static final int SCRAPES = 3;

    /**
     * One row of the CSV.
     *
     * @param kind devices, series, connections or bare (connections of the sink)
     * @param scrapeMillis until the whole body was read, the fastest of three; 0: not scraped
     * @param scrapeCpuMillis processor time of the server meanwhile
     */
    record Point(
            String kind,
            int count,
            long heapBytes,
            long residentBytes,
            double scrapeMillis,
            double scrapeCpuMillis,
            long scrapeBytes) {
        String csv() {
            return String.format(
                    Locale.ROOT,
                    "%s,%d,%d,%d,%.1f,%.1f,%d",
                    kind,
                    count,
                    heapBytes,
                    residentBytes,
                    scrapeMillis,
                    scrapeCpuMillis,
                    scrapeBytes);
        }
    }

    /** Measures, and writes the CSV and the pictures. */
    void draw(PrintStream out) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        List<Point> all = new ArrayList<>();
        for (int devices : DEVICES) {
            note(all, grown("devices", devices, devices, 1), out);
        }
        for (int series : SERIES) {
            note(all, grown("series", series, series / SERIES_PER_DEVICE, SERIES_PER_DEVICE), out);
        }
        connections(all, out);
        write(all);
        slope(out, all, "devices", "device with one series");
        slope(out, all, "series", "series, with a fiftieth of its device");
        slope(out, all, "connections", "idle connection");
        slope(out, all, "bare", "idle connection of bare Netty");
    }

    private static void note(List<Point> all, Point point, PrintStream out) {
        all.add(point);
        out.println(point.csv());
    }

    private static Scenario scenario(int channels) {
        return new Scenario("", "", true, AckLevel.NONE, 0, new RowsBatch(1, 1, channels, SensorType.F32));
    }

    private Point grown(String kind, int count, int devices, int channels) throws IOException, InterruptedException {
        try {
            return grow(kind, count, devices, channels);
        } catch (IOException e) {
            System.err.println("baliza bench: once more: " + e.getMessage());
            return grow(kind, count, devices, channels);
        }
    }

    private Point grow(String kind, int count, int devices, int channels) throws IOException, InterruptedException {
        try (ServerTarget server = ServerTarget.start(scenario(channels), devices, cpus, options, null)) {
            server.generator().sendOnce();
            server.settled();
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.http() + "/metrics"))
                    .timeout(Duration.ofSeconds(60))
                    .build();
            double millis = Double.MAX_VALUE;
            double cpu = Double.MAX_VALUE;
            long bytes = 0;
            for (int i = 0; i < SCRAPES; i++) {
                double cpuBefore = server.process().cpuSeconds();
                long start = System.nanoTime();
                bytes = client.send(request, HttpResponse.BodyHandlers.ofByteArray())
                        .body()
                        .length;
                millis = Math.min(millis, (System.nanoTime() - start) / 1e6);
                cpu = Math.min(cpu, (server.process().cpuSeconds() - cpuBefore) * 1e3);
            }
            long resident = server.process().residentBytes();
            return new Point(kind, count, LiveHeap.bytes(server.process().pid()), resident, millis, cpu, bytes);
        }
    }

    private void connections(List<Point> all, PrintStream out) throws IOException, InterruptedException {
        try (ServerTarget server = ServerTarget.start(scenario(1), 1, cpus, options, null)) {
            connections("connections", server.process(), server.devicePort(), all, out);
        }
        try (SinkTarget sink = SinkTarget.start(scenario(1), 1, cpus)) {
            connections("bare", sink.process(), sink.tcpPort(), all, out);
        }
    }

    private static void connections(
            String kind, Child process, InetSocketAddress port, List<Point> all, PrintStream out)
            throws IOException, InterruptedException {
        long files = OpenFiles.limit();
        try (IdleConnections connections = new IdleConnections(port)) {
            for (int count : CONNECTIONS) {
                if (count + OTHER_FILES > files) {
                    out.printf(
                            "%d connections need %d open files, %d are allowed (ulimit -Hn): left out%n",
                            count, count + OTHER_FILES, files);
                    continue;
                }
                connections.open(count);
                note(all, idle(kind, count, process), out);
            }
        }
    }

    private static Point idle(String kind, int count, Child process) throws IOException, InterruptedException {
        long heap = LiveHeap.bytes(process.pid());
        return new Point(kind, count, heap, process.residentBytes(), 0, 0, 0);
    }

    private void write(List<Point> all) throws IOException {
        StringBuilder csv =
                new StringBuilder("kind,count,heapBytes,residentBytes,scrapeMillis,scrapeCpuMillis,scrapeBytes\n");
        all.forEach(point -> csv.append(point.csv()).append('\n'));
        Files.writeString(directory.resolve("scale.csv"), csv);
        memory(all, "devices", "Devices with one series each", List.of("devices"));
        memory(all, "series", "Series, 50 on each device", List.of("series"));
        memory(all, "connections", "Idle TCP connections", List.of("connections", "bare"));
        Files.writeString(
                directory.resolve("scrape-time.svg"),
                new Chart(
                                "A scrape of everything",
                                "series",
                                "milliseconds",
                                List.of(
                                        line("until it is read", all, "series", Point::scrapeMillis),
                                        line("processor time", all, "series", p -> Math.max(1, p.scrapeCpuMillis()))))
                        .svg());
        Files.writeString(
                directory.resolve("scrape-size.svg"),
                new Chart(
                                "A scrape of everything",
                                "series",
                                "bytes",
                                List.of(line("text, not compressed", all, "series", Point::scrapeBytes)))
                        .svg());
    }

    private void memory(List<Point> all, String name, String title, List<String> kinds) throws IOException {
        List<Chart.Line> lines = new ArrayList<>();
        for (String kind : kinds) {
            String who = kind.equals("bare") ? "bare Netty" : "server";
            lines.add(line(who + ", live heap", all, kind, Point::heapBytes));
            lines.add(line(who + ", resident", all, kind, Point::residentBytes));
        }
        Files.writeString(directory.resolve(name + "-memory.svg"), new Chart(title, name, "bytes", lines).svg());
    }

    private static Chart.Line line(String name, List<Point> all, String kind, ToDoubleFunction<Point> value) {
        return new Chart.Line(
                name,
                all.stream()
                        .filter(point -> point.kind().equals(kind))
                        .map(point -> new Chart.Point(point.count(), value.applyAsDouble(point)))
                        .toList());
    }

    /** Live heap per piece, between the first point and the last. */
    private static void slope(PrintStream out, List<Point> all, String kind, String what) {
        List<Point> points =
                all.stream().filter(point -> point.kind().equals(kind)).toList();
        if (points.size() > 1) {
            Point first = points.get(0);
            Point last = points.get(points.size() - 1);
            out.printf(
                    "%,.0f B of live heap per %s%n",
                    (double) (last.heapBytes() - first.heapBytes()) / (last.count() - first.count()), what);
        }
    }
}
