package dev.baliza.sim;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.sim.decode.DissectionText;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
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
            return dryRun ? print(frame(batch, 0, null, 1)) : send(batch);
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private ByteBuffer frame(Message.NamedReadings batch, long epoch, @Nullable Long token, long pn) {
        FrameHeader header =
                new FrameHeader(Names.deviceId(device), epoch, 0, pn, 0, FrameHeader.flags(AckLevel.COUNTED, true));
        Extensions extensions = Extensions.named(device).withToken(token).padTo(Limits.MIN_RELIABLE_BYTES);
        return Exchange.encode(header, extensions, batch);
    }

    private static int print(ByteBuffer frame) {
        System.out.print(DissectionText.table(frame));
        return 0;
    }

    private int send(Message.NamedReadings batch) throws InterruptedException {
        try (Exchange exchange = target.open()) {
            if (!exchange.awaitUp(3_000)) {
                System.err.println("baliza send: " + target.unreachable(exchange.tlsProblem()));
                return UNREACHABLE;
            }
            Message.Welcome welcome = greet(exchange);
            if (welcome == null) {
                System.err.println("baliza send: " + target.silent());
                return UNREACHABLE;
            }
            for (int attempt = 0; attempt < TRIES; attempt++) {
                ByteBuffer frame = frame(batch, welcome.epoch(), welcome.token(), attempt);
                if (hex && attempt == 0) {
                    print(frame.duplicate());
                }
                exchange.send(frame);
                Integer status = outcome(exchange, 300L << attempt);
                if (status != null) {
                    return status;
                }
            }
            System.err.println("baliza send: " + target.unreachable());
            return UNREACHABLE;
        }
    }

    private Message.@Nullable Welcome greet(Exchange exchange) throws InterruptedException {
        SecureRandom random = new SecureRandom();
        BootNonce nonce = new BootNonce(random.nextLong(), random.nextLong());
        Message hello = new Message.Hello(nonce, 0, 0, Limits.MAX_FRAME_BYTES, 0);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            FrameHeader header = new FrameHeader(Names.deviceId(device), 0, 0, attempt, Limits.BACK_UNSET, 0);
            exchange.send(Exchange.encode(header, Extensions.named(device).padTo(Limits.MIN_HELLO_BYTES), hello));
            Exchange.Answer answer = exchange.next(300L << attempt);
            if (answer != null && answer.message() instanceof Message.Welcome welcome) {
                return welcome;
            }
        }
        return null;
    }

    /** The exit status that an answer means, or null when none came. */
    private @Nullable Integer outcome(Exchange exchange, long millis) throws InterruptedException {
        Exchange.Answer answer = exchange.next(millis);
        if (answer != null && answer.message() instanceof Message.Ack ack) {
            if (ack.rejected().isEmpty()) {
                System.err.printf(
                        "acknowledged (%s): %d readings of %s%n",
                        ack.level().name().toLowerCase(Locale.ROOT), readings.size(), device);
                return 0;
            }
            System.err.println("rejected: " + name(ack.rejected().get(0).code()));
            return FAILED;
        }
        if (answer != null && answer.message() instanceof Message.Nack nack) {
            System.err.println("refused: " + name(nack.code()) + ": " + nack.text());
            return FAILED;
        }
        return null;
    }

    private static String name(int number) {
        ErrorCode code = ErrorCode.of(number);
        return code == null ? "code " + number : code.name();
    }
}
