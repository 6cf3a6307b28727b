package dev.baliza.cli;

import dev.baliza.cli.bench.BenchCommand;
import dev.baliza.cli.doctor.DoctorCommand;
import dev.baliza.cli.store.ExportCommand;
import dev.baliza.cli.store.ReplayCommand;
import dev.baliza.cli.store.VerifyCommand;
import dev.baliza.server.AuditCommand;
import dev.baliza.server.ConfigCommand;
import dev.baliza.server.ServerCommand;
import dev.baliza.server.Version;
import dev.baliza.sim.CalcCommand;
import dev.baliza.sim.PingCommand;
import dev.baliza.sim.SendCommand;
import dev.baliza.sim.SendFileCommand;
import dev.baliza.sim.SimCommand;
import dev.baliza.sim.ctl.CtlCommand;
import dev.baliza.sim.decode.DecodeCommand;
import dev.baliza.sim.tap.TapCommand;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
            SendFileCommand.class,
            CalcCommand.class,
            PingCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            ReplayCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            KeysCommand.class,
            UsersCommand.class,
            CtlCommand.class,
            AuditCommand.class,
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

    /** What is wrong and where help is; the help itself would push that off the screen. */
    private static int misused(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        PrintWriter err = e.getCommandLine().getErr();
        err.println(command + ": " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See: " + command + " --help");
        }
        err.flush();
        return USAGE;
    }

    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler((e, command, result) -> {
                    command.getErr().println("baliza: " + e);
                    return FAILED;
                });
        // an expression may begin with a negative number
        Objects.requireNonNull(line.getSubcommands().get("calc")).setUnmatchedOptionsArePositionalParams(true);
        if (args.length == 0) {
            line.usage(System.err);
            System.exit(USAGE);
        }
        System.exit(line.execute(args));
    }
}
