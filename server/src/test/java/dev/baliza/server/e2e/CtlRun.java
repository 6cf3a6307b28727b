package dev.baliza.server.e2e;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.sim.ctl.CtlCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** One run of {@code baliza ctl} in this process: how it ended and what it said. */
record CtlRun(int status, String out, String err) {
    /** @param config where profiles are */
    static CtlRun of(Path config, String input, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CtlCommand command = new CtlCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.of("XDG_CONFIG_HOME", config.toString()));
        int status = new CommandLine(command).execute(words);
        return new CtlRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** What {@code baliza keys new --role} prints. */
    static String profile(KeyEntry entry) {
        return "operator: " + entry.device() + "\nkeyId: 1\nsecret: \"" + entry.hex() + "\"\n";
    }
}
