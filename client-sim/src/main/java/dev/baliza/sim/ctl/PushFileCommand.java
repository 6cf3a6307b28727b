package dev.baliza.sim.ctl;

import dev.baliza.sim.FileSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl push-file}: brings a file to the server, and has the server send it to a device. */
@Command(
        name = "push-file",
        description = "Send a file to a device: firmware, a picture for its display. Ends when the device has it.",
        mixinStandardHelpOptions = true)
final class PushFileCommand implements Callable<Integer> {
    private static final String HASH = "[0-9a-f]{64}";
    /** A server waits a minute for a device that falls silent; a large file takes longer. */
    private static final long PUSH_MILLIS = 3_600_000;

    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Mixin
    private CtlOptions options = new CtlOptions();

    @Parameters(index = "0", paramLabel = "DEVICE", description = "Name or id.")
    private String device = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "A file here, or the SHA-256 of one on the server.")
    private String file = "";

    @Override
    public Integer call() throws InterruptedException {
        CtlCommand parent = CtlCommand.of(ctl);
        String sha256 = file;
        if (!file.matches(HASH)) {
            try {
                sha256 = upload(parent);
            } catch (IOException | Profile.ProfileException e) {
                parent.err.println("baliza ctl: " + e.getMessage());
                return CtlCommand.FAILED;
            } catch (IllegalArgumentException e) {
                throw parent.misused(e);
            }
        }
        Map<String, Object> asked = Map.of("device", device, "sha256", sha256);
        return parent.show(options, "push", parent.answer(options, "push", asked, PUSH_MILLIS));
    }

    private String upload(CtlCommand parent) throws IOException, InterruptedException, Profile.ProfileException {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new IOException(file + " is no file here, and no SHA-256");
        }
        FileSender.Outcome outcome =
                CtlServer.of(options, parent.environment).sender().send(path);
        if (outcome.problem().isPresent()) {
            throw new IOException(outcome.problem().get());
        }
        return outcome.sha256();
    }
}
