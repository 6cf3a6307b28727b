package dev.baliza.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.protocol.Message;
import dev.baliza.sim.scenario.Options;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza ping}: echo, checked byte for byte. */
@Command(
        name = "ping",
        description = "Send bytes to a server and check that they come back as they were.",
        mixinStandardHelpOptions = true)
public final class PingCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final long LAST_WAIT_MILLIS = 1_000;
    private static final int MAX_ECHO_BYTES = 60_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Target target = new Target();

    @Mixin
    private SenderChoice sender = new SenderChoice();

    @Option(names = "--count", description = "How many; default ${DEFAULT-VALUE}.", defaultValue = "10")
    private int count = 10;

    @Option(names = "--interval", description = "Between two; default ${DEFAULT-VALUE}.", defaultValue = "200ms")
    private String interval = "200ms";

    @Option(names = "--size", description = "Bytes to echo, 0 to 60000; default ${DEFAULT-VALUE}.", defaultValue = "64")
    private int size = 64;

    @Option(names = "--payload", description = "Echo this text instead of random bytes.")
    private @Nullable String payload;

    @Option(
            names = "--values",
            description = "Send a list of values of every type instead, and compare them one by one.")
    private boolean values;

    @Option(names = "--json", description = "Print the figures as JSON.")
    private boolean json;

    private final Histogram microseconds = new Histogram(60_000_000L, 3);
    private final Map<Long, Long> sentNanos = new HashMap<>();
    private int different;
    private int came;
    private @Nullable String back;

    @Override
    public Integer call() throws InterruptedException {
        try {
            long pauseMillis = Options.duration(interval).toMillis();
            EchoRound round = round();
            try (StationLink link = target.open(sender.device(), sender.key())) {
                if (!target.isWelcomed(link, "ping")) {
                    return UNREACHABLE;
                }
                for (int i = 0; i < count; i++) {
                    sentNanos.put((long) i, System.nanoTime());
                    link.send(round.ask(i), 0);
                    boolean last = i == count - 1;
                    collect(link, round, last ? Math.max(LAST_WAIT_MILLIS, pauseMillis) : pauseMillis, last);
                }
            }
            return report(round.bytes());
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private EchoRound round() {
        if (values) {
            return EchoRound.Values.ofEveryType(new Random());
        }
        if (payload != null) {
            return new EchoRound.Bytes(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
        }
        if (size < 0 || size > MAX_ECHO_BYTES) {
            throw new IllegalArgumentException("--size must be 0 to " + MAX_ECHO_BYTES);
        }
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        return new EchoRound.Bytes(ByteBuffer.wrap(bytes));
    }

    /** Takes answers for so long; at the end no longer than until all are there. */
    private void collect(StationLink link, EchoRound round, long millis, boolean last) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; left > 0 && !(last && came == count); left = (end - System.nanoTime()) / 1_000_000) {
            Message answer = link.next(left);
            Long number = answer == null ? null : round.answered(answer);
            Long sent = number == null ? null : sentNanos.remove(number);
            if (answer == null || sent == null) {
                continue; // nothing, something else, or a copy
            }
            came++;
            microseconds.recordValue((link.arrivalNanos() - sent) / 1_000);
            String difference = round.difference(answer);
            if (difference != null) {
                different++;
                System.err.println("baliza ping: " + difference);
            } else if (payload != null && answer instanceof Message.Pong pong) {
                back = StandardCharsets.UTF_8.decode(pong.echo().duplicate()).toString();
            }
        }
    }

    private int report(int bytes) {
        if (came == 0) {
            System.err.println("baliza ping: " + target.silent());
            return UNREACHABLE;
        }
        int lost = count - came;
        double p50 = microseconds.getValueAtPercentile(50) / 1_000.0;
        double p99 = microseconds.getValueAtPercentile(99) / 1_000.0;
        double max = microseconds.getMaxValue() / 1_000.0;
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("sent", count).put("received", came).put("lost", lost).put("different", different);
            figures.put("bytes", bytes)
                    .put("p50Millis", p50)
                    .put("p99Millis", p99)
                    .put("maxMillis", max);
            if (back != null) {
                figures.put("echo", back);
            }
            System.out.println(figures);
        } else {
            if (back != null) {
                System.out.println(back);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d sent, %d back, %d lost, %d different, %d bytes each; p50 %.3f ms, p99 %.3f ms, max %.3f ms%n",
                    count,
                    came,
                    lost,
                    different,
                    bytes,
                    p50,
                    p99,
                    max);
        }
        return lost == 0 && different == 0 ? 0 : FAILED;
    }
}
