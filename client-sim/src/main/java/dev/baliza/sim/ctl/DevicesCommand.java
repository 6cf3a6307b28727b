package dev.baliza.sim.ctl;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl devices}: lists them, and lets one begin again. */
@Command(name = "devices", description = "List devices with what is missing and lost.", mixinStandardHelpOptions = true)
final class DevicesCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Mixin
    private CtlOptions options = new CtlOptions();

    @Option(names = "--filter", paramLabel = "TEXT", description = "Only devices whose name has this in it.")
    private @Nullable String filter;

    @Option(names = "--limit", defaultValue = "100", description = "How many, 1 to 500 (${DEFAULT-VALUE}).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "ID", description = "Begin behind this id.")
    private @Nullable String after;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("limit", limit);
        if (filter != null) {
            arguments.put("filter", filter);
        }
        if (after != null) {
            arguments.put("after", after);
        }
        return CtlCommand.of(ctl).ask(options, "devices", arguments);
    }

    @Command(
            name = "reset",
            description = "Forget a device's epochs, so that a board that was written anew can begin again.",
            mixinStandardHelpOptions = true)
    int reset(
            @Mixin CtlOptions resetOptions,
            @Parameters(paramLabel = "DEVICE", description = "Name or id.") String device)
            throws InterruptedException {
        return CtlCommand.of(ctl).ask(resetOptions, "reset", Map.of("device", device));
    }
}
