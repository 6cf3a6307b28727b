package dev.baliza.sim;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRefusal;
import dev.baliza.protocol.FileState;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.transfer.Outgoing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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

/** {@code baliza send-file}: one file of a device, whole and with the right SHA-256; sent again it goes on where it was cut. */
@Command(
        name = "send-file",
        description = "Send a file as a device. If it was cut before, only what is missing is sent.",
        mixinStandardHelpOptions = true)
public final class SendFileCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Target target = new Target();

    @Mixin
    private KeyChoice keys = new KeyChoice();

    @Option(names = "--device", required = true, paramLabel = "NAME", description = "Name of the device.")
    private String device = "";

    @Option(names = "--name", paramLabel = "TEXT", description = "What to call it; default: the file's own name.")
    private @Nullable String name;

    @Option(names = "--type", paramLabel = "TYPE", description = "Media type, such as image/png.", defaultValue = "")
    private String mediaType = "";

    @Option(names = "--rate", paramLabel = "BYTES/s", description = "Send no faster.", defaultValue = "0")
    private long rate;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Parameters(paramLabel = "FILE")
    private Path file = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        try {
            check();
            try (FileOnDisk content = new FileOnDisk(file)) {
                return send(content);
            }
        } catch (IOException e) {
            System.err.println("baliza send-file: cannot read " + file + ": " + e.getMessage());
            return FAILED;
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    private void check() {
        if (!Names.isDevice(device)) {
            throw new IllegalArgumentException(
                    "--device must be 1 to 64 of A-Z a-z 0-9 . _ : - and start with a letter or digit");
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is no file");
        }
        if (rate < 0) {
            throw new IllegalArgumentException("--rate must be bytes in a second, or 0 for no limit");
        }
        if (!Names.isFile(called()) || !(mediaType.isEmpty() || Names.isFile(mediaType))) {
            throw new IllegalArgumentException(
                    "name and media type must have 1 to 255 bytes and no control characters; set them with --name and"
                            + " --type");
        }
    }

    private String called() {
        return name == null ? String.valueOf(file.getFileName()) : name;
    }

    private int send(FileOnDisk content) throws InterruptedException, IOException {
        long transfer = new SecureRandom().nextLong() & Long.MAX_VALUE;
        FileMessage.Offer offer =
                new FileMessage.Offer(transfer, content.size(), content.sha256(), called(), mediaType);
        try (StationLink link = target.open(device, keys.of(device))) {
            if (!target.isWelcomed(link, "send-file")) {
                return UNREACHABLE;
            }
            long begun = FileUpload.nowMicros();
            FileUpload upload = new FileUpload(link, content, offer, target.isTcp(), rate);
            FileBar bar = new FileBar(System.err, System.getenv("BALIZA_TERMINAL") != null && !json);
            boolean answered = upload.run(bar);
            bar.end();
            return report(upload, answered, (FileUpload.nowMicros() - begun) / 1_000_000.0);
        }
    }

    private int report(FileUpload upload, boolean answered, double seconds) {
        Outgoing out = upload.transfer();
        FileState state = out.state();
        FileRefusal refusal = out.refusal();
        String outcome = !answered
                ? "SILENT"
                : refusal != null ? refusal.name() : String.valueOf(state == null ? FileState.FAILED : state);
        FileMessage.Offer offer = out.offer();
        if (json) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"outcome\":\"%s\",\"sha256\":\"%s\",\"size\":%d,\"sentBytes\":%d,\"seconds\":%.3f}%n",
                    outcome.toLowerCase(Locale.ROOT),
                    offer.sha256(),
                    offer.size(),
                    out.sentBytes(),
                    seconds);
        }
        if (state == FileState.OK) {
            if (!json) {
                System.err.printf(
                        Locale.ROOT,
                        "sent %s of %s: %,d bytes (%,d went out), sha256 %s, %.1f s%n",
                        offer.name(),
                        device,
                        offer.size(),
                        out.sentBytes(),
                        offer.sha256(),
                        seconds);
            }
            return 0;
        }
        System.err.println("baliza send-file: " + (answered ? upload.problem(file) : target.unreachable()));
        return answered ? FAILED : UNREACHABLE;
    }
}
