package dev.baliza.sim.ctl;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl files}: lists the files that devices sent. */
@Command(
        name = "files",
        description = "List the files that devices sent, the newest first.",
        mixinStandardHelpOptions = true)
final class FilesCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Mixin
    private CtlOptions options = new CtlOptions();

    @Option(names = "--limit", defaultValue = "100", description = "How many, 1 to 500 (${DEFAULT-VALUE}).")
    private int limit = 100;

    @Override
    public Integer call() throws InterruptedException {
        return CtlCommand.of(ctl).ask(options, "files", Map.of("limit", limit));
    }
}
