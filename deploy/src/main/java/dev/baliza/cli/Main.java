package dev.baliza.cli;

import dev.baliza.server.ConfigCommand;
import dev.baliza.server.ServerCommand;
import dev.baliza.server.Version;
import dev.baliza.sim.PingCommand;
import dev.baliza.sim.SendCommand;
import dev.baliza.sim.SimCommand;
import dev.baliza.sim.decode.DecodeCommand;
import dev.baliza.sim.tap.TapCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code baliza}: finds the subcommand and ends with its exit status. */
@Command(
        name = "baliza",
        description =
                "Sensor telemetry: readings in over TCP and UDP, accounted for exactly once, Prometheus metrics out.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionLine.class,
        subcommands = {
            DemoCommand.class,
            ServerCommand.class,
            ConfigCommand.class,
            SimCommand.class,
            SendCommand.class,
            PingCommand.class,
            KeysCommand.class,
            TapCommand.class,
            DecodeCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Start here: baliza demo"})
public final class Main {
    private static final int USAGE = 2;
    private static final int FAILED = 1;

    /** The line of {@code --version}. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"baliza " + Version.text() + " (Java " + Runtime.version() + ")"};
        }
    }

    private Main() {}

    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, result) -> {
                    command.getErr().println("baliza: " + e);
                    return FAILED;
                });
        if (args.length == 0) {
            line.usage(System.err);
            System.exit(USAGE);
        }
        System.exit(line.execute(args));
    }
}
