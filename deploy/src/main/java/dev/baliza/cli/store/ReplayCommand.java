package dev.baliza.cli.store;

import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.recovery.StoppedStore;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.JournalRecord;
import dev.baliza.sim.TlsChoice;
import dev.baliza.sim.scenario.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza replay}: the frames of a data directory to another server. */
@Command(
        name = "replay",
        description = "Send the stored frames of a stopped server to another one, under their own identities.",
        footer = {
            "",
            "Each frame keeps its device, epoch, number and content, so what the other server has already is a"
                    + " duplicate: after an interruption run it again. The other server must take frames without a key"
                    + " for these devices. Readings that have no time of their own get the time of the replay.",
            "Exit status: 0 all frames acknowledged, 1 some were not, 2 usage, 66 no data directory, 69 no server, 73 a"
                    + " server runs in the directory."
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final int IO_FAULT = 74;
    private static final long CONNECT_MILLIS = 3_000;
    private static final int MOST_WAITING = 256;
    private static final long SILENCE_NANOS = 30_000_000_000L;
    private static final long PROGRESS_NANOS = 1_000_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Data directory of a stopped server.")
    private Path data = Path.of("");

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "Device port of the other server; default ${DEFAULT-VALUE}.",
            defaultValue = "127.0.0.1:7367")
    private String server = "127.0.0.1:7367";

    @Option(names = "--device", paramLabel = "NAME|ID", description = "Only this device; may be given more than once.")
    private List<String> devices = List.of();

    @Option(names = "--rate", paramLabel = "N", description = "Frames per second at most; default: as fast as it goes.")
    private double rate = Double.POSITIVE_INFINITY;

    @Mixin
    private TlsChoice tls = new TlsChoice();

    private long begun;
    private long lastProgress;
    private long lastHeard;
    private int connections;

    @Override
    public Integer call() throws InterruptedException {
        if (!(rate > 0)) {
            throw usage("--rate must be more than 0", null);
        }
        try (StoppedStore store = DataDirectory.open(data, "give a copy of its directory")) {
            Set<Long> wanted = wanted(store);
            try (ServerLink link = new ServerLink(Options.endpoint(server), tls.context(false))) {
                if (!link.awaitUp(CONNECT_MILLIS)) {
                    String problem = link.tlsProblem();
                    System.err.println("baliza replay: no answer from " + server
                            + (problem == null ? "" : ": " + problem) + "; is the other server running there?");
                    return UNREACHABLE;
                }
                return replay(store, wanted, link);
            }
        } catch (DataDirectory.Unusable e) {
            System.err.println("baliza replay: " + e.getMessage());
            return e.status();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            System.err.println("baliza replay: " + data + " cannot be read: " + e);
            return IO_FAULT;
        }
    }

    private ParameterException usage(String message, @Nullable Throwable cause) {
        CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
        return new ParameterException(line, message, cause);
    }

    /** Ids of the devices asked for; empty: all. */
    private Set<Long> wanted(StoppedStore store) {
        Set<Long> ids = new HashSet<>();
        for (String device : devices) {
            ids.add(store.shard()
                    .described(device)
                    .map(DescribedDevice::id)
                    .orElseThrow(() -> new IllegalArgumentException("no device '" + device + "' in " + data
                            + "; baliza verify --data " + data + " lists them")));
        }
        return ids;
    }

    private int replay(StoppedStore store, Set<Long> wanted, ServerLink link) throws IOException, InterruptedException {
        Map<Long, String> names = new HashMap<>();
        for (DeviceView device : store.shard().devices(0, Integer.MAX_VALUE, false)) {
            String name = device.name();
            if (name != null) {
                names.put(device.id(), name);
            }
        }
        Resender to = new Resender(link::send, names);
        begun = System.nanoTime();
        lastHeard = begun;
        connections = link.connections();
        long last = store.recovery().committed();
        long sent = 0;
        boolean answers = true;
        try (JournalReader reader = store.reader()) {
            while (answers && reader.next()) {
                JournalRecord record = reader.record();
                if (!wanted.isEmpty() && !wanted.contains(record.device())) {
                    continue;
                }
                to.send(record, System.nanoTime(), System.currentTimeMillis() * 1_000);
                pace(++sent);
                do {
                    answers = turn(to, link, record.position(), last);
                } while (answers && to.waiting() >= MOST_WAITING);
            }
        }
        while (answers && to.waiting() > 0) {
            answers = turn(to, link, last, last);
        }
        return conclude(to, store, answers);
    }

    private void pace(long sent) {
        long due = begun + (long) (sent * 1e9 / rate);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Takes the answers that are there; false when the server has been silent for too long. */
    private boolean turn(Resender to, ServerLink link, long position, long last) throws InterruptedException {
        long patience = to.waiting() >= MOST_WAITING || position == last ? 20 : 0;
        Frame answer = link.next(patience);
        long now = System.nanoTime();
        while (answer != null) {
            lastHeard = now;
            try {
                to.heard(answer, now);
            } catch (ProtocolException e) {
                System.err.println("baliza replay: the server sent a malformed frame: " + e.getMessage());
            }
            answer = link.next(0);
        }
        boolean fresh = link.connections() != connections;
        connections = link.connections();
        to.resend(fresh, now);
        if (now - lastProgress >= PROGRESS_NANOS) {
            lastProgress = now;
            System.err.printf(
                    "replay: record %d of %d, %d frames acknowledged, %d failed%n",
                    position, last, to.acknowledged(), to.failed());
        }
        if (to.waiting() == 0) {
            lastHeard = now;
        }
        return now - lastHeard < SILENCE_NANOS;
    }

    private int conclude(Resender to, StoppedStore store, boolean answers) {
        to.reasons().forEach(reason -> System.err.println("baliza replay: " + reason));
        if (to.unsendable() > 0) {
            System.err.println("baliza replay: " + to.unsendable()
                    + " rejected frames were not sent, because their content is not stored");
        }
        long damaged = store.damage().stream()
                .mapToLong(one -> one.reason() == Damage.Reason.RECORDS ? one.records() : 0)
                .sum();
        if (damaged > 0) {
            System.err.println("baliza replay: " + damaged + " records are damaged; see: baliza verify --data " + data);
        }
        System.out.printf(
                "%d frames acknowledged (%s), %d failed, %d without an answer%n",
                to.acknowledged(), to.level().name().toLowerCase(Locale.ROOT), to.failed(), to.waiting());
        if (!answers) {
            System.err.println("baliza replay: " + server
                    + " said nothing for 30 s; does it take frames without a key? Run this again to go on");
            return to.acknowledged() == 0 ? UNREACHABLE : FAILED;
        }
        return to.failed() == 0 && damaged == 0 ? 0 : FAILED;
    }
}
