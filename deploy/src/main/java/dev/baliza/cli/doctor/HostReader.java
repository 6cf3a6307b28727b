package dev.baliza.cli.doctor;

import dev.baliza.cli.doctor.HostFacts.Clock;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the facts of this host from its files. Thread: any; reads files and may start timedatectl. */
final class HostReader {
    private static final long COMMAND_SECONDS = 5;

    private final Path root;
    private final Function<List<String>, Optional<String>> commands;

    HostReader() {
        this(Path.of("/"), HostReader::run);
    }

    /**
     * For tests.
     *
     * @param root what stands for /
     * @param commands what a command prints; empty when it fails or is missing
     */
    HostReader(Path root, Function<List<String>, Optional<String>> commands) {
        this.root = root;
        this.commands = commands;
    }

    HostFacts read() {
        Map<String, Long> udp = udpCounters();
        Throwable epoll = Epoll.unavailabilityCause();
        return new HostFacts(
                Runtime.version().feature(),
                epoll == null ? "" : String.valueOf(epoll.getMessage()),
                number("proc/sys/net/core/rmem_max"),
                number("proc/sys/net/core/rmem_default"),
                fileLimit(),
                memory(),
                clock(),
                optional(udp.get("InDatagrams")),
                optional(udp.get("RcvbufErrors")));
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private OptionalLong number(String file) {
        return lines(file).stream().findFirst().map(HostReader::parse).orElse(OptionalLong.empty());
    }

    private static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The hard limit: a JVM raises its own to that. */
    private OptionalLong fileLimit() {
        return lines("proc/self/limits").stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split("\\s+", -1))
                .filter(columns -> columns.length >= 2)
                .map(columns -> columns[1].equals("unlimited") ? OptionalLong.of(Long.MAX_VALUE) : parse(columns[1]))
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /** What the host could give, or the container, if that is less. */
    private OptionalLong memory() {
        OptionalLong host = lines("proc/meminfo").stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> parse(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(OptionalLong.empty());
        OptionalLong max = number("sys/fs/cgroup/memory.max");
        OptionalLong used = number("sys/fs/cgroup/memory.current");
        if (host.isEmpty()) {
            return host;
        }
        long bytes = host.getAsLong() << 10;
        return OptionalLong.of(
                max.isPresent() && used.isPresent()
                        ? Math.min(bytes, Math.max(0, max.getAsLong() - used.getAsLong()))
                        : bytes);
    }

    private Clock clock() {
        if (Files.exists(root.resolve("run/systemd/timesync/synchronized"))) {
            return Clock.SYNCHRONISED;
        }
        return commands.apply(List.of("timedatectl", "show", "--property=NTPSynchronized", "--value"))
                .map(said -> switch (said.strip()) {
                    case "yes" -> Clock.SYNCHRONISED;
                    case "no" -> Clock.FREE;
                    default -> Clock.UNKNOWN;
                })
                .orElse(Clock.UNKNOWN);
    }

    /** Two lines of /proc/net/snmp: names and numbers. */
    private Map<String, Long> udpCounters() {
        List<String[]> udp = lines("proc/net/snmp").stream()
                .filter(line -> line.startsWith("Udp:"))
                .map(line -> line.split("\\s+", -1))
                .toList();
        if (udp.size() != 2 || udp.get(0).length != udp.get(1).length) {
            return Map.of();
        }
        return IntStream.range(1, udp.get(0).length)
                .filter(i -> parse(udp.get(1)[i]).isPresent())
                .boxed()
                .collect(Collectors.toMap(
                        i -> udp.get(0)[i], i -> Long.parseLong(udp.get(1)[i]), (first, again) -> first));
    }

    private static Optional<String> run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
