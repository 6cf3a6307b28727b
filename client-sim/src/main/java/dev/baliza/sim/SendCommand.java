package dev.baliza.sim;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.sim.decode.DissectionText;
import dev.baliza.sim.device.Station;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza send}: one frame of readings, acknowledged. */
@Command(
        name = "send",
        description = "Send readings of a device, such as: temperature=21.5Cel humidity/cellar=40%% door=true",
        mixinStandardHelpOptions = true)
public final class SendCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final int TRIES = 5;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Target target = new Target();

    @Mixin
    private KeyChoice keys = new KeyChoice();

    @Option(names = "--device", required = true, paramLabel = "NAME", description = "Name of the device.")
    private String device = "";

    @Option(names = "--hex", description = "Print the bytes of the frame, field by field.")
    private boolean hex;

    @Option(names = "--dry-run", description = "Send nothing.")
    private boolean dryRun;

    @Parameters(arity = "1..*", paramLabel = "QUANTITY[/CHANNEL]=VALUE[UNIT]")
    private List<String> readings = List.of();

    @Override
    public Integer call() throws InterruptedException {
        try {
            if (!Names.isDevice(device)) {
                throw new IllegalArgumentException(
                        "--device must be 1 to 64 of A-Z a-z 0-9 . _ : - and start with a letter or digit");
            }
            List<NamedReading> parsed =
                    readings.stream().map(ReadingText::parse).toList();
            Message.NamedReadings batch =
                    new Message.NamedReadings(TimeMode.ON_ARRIVAL, false, false, TimeUnit.MICROSECONDS, parsed);
            return dryRun ? dryRun(batch) : send(batch);
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private int dryRun(Message.NamedReadings batch) {
        if (keys.keys != null) {
            throw new IllegalArgumentException(
                    "--dry-run asks no server, and without its answer nothing can be sealed; leave out --keys");
        }
        return print(new Station(device, null, () -> new BootNonce(0, 0), 0).data(0, batch));
    }

    private static int print(ByteBuffer frame) {
        System.out.print(DissectionText.table(frame));
        return 0;
    }

    private int send(Message.NamedReadings batch) throws InterruptedException {
        try (StationLink link = target.open(device, keys.of(device))) {
            if (!target.isWelcomed(link, "send")) {
                return UNREACHABLE;
            }
            for (int attempt = 0; attempt < TRIES; attempt++) {
                if (!link.isWelcomed() && !target.isWelcomed(link, "send")) { // the server closed its epoch
                    return UNREACHABLE;
                }
                ByteBuffer frame = link.data(0, batch);
                if (hex && attempt == 0) {
                    print(frame.duplicate());
                }
                link.write(frame);
                Message answer =
                        link.await(300L << attempt, one -> one instanceof Message.Ack || one instanceof Message.Nack);
                if (answer != null) {
                    return outcome(answer);
                }
            }
            System.err.println("baliza send: " + target.unreachable());
            return UNREACHABLE;
        }
    }

    /** The exit status that an ACK or a NACK means. */
    private int outcome(Message answer) {
        if (answer instanceof Message.Nack nack) {
            System.err.println("refused: " + name(nack.code()) + ": " + nack.text());
            return FAILED;
        }
        Message.Ack ack = (Message.Ack) answer;
        if (!ack.rejected().isEmpty()) {
            System.err.println("rejected: " + name(ack.rejected().get(0).code()));
            return FAILED;
        }
        System.err.printf(
                "acknowledged (%s): %d readings of %s%n",
                ack.level().name().toLowerCase(Locale.ROOT), readings.size(), device);
        return 0;
    }

    private static String name(int number) {
        ErrorCode code = ErrorCode.of(number);
        return code == null ? "code " + number : code.name();
    }
}
