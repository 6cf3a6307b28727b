package dev.baliza.sim.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.dissect.Texts;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza ctl}: manages a running server over its device ports. */
@Command(
        name = "ctl",
        description = "Manage a running server: over its device ports, with a key of your own.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LoginCommand.class,
            DevicesCommand.class,
            ExecCommand.class,
            ChatCommand.class,
            FilesCommand.class,
            PushFileCommand.class
        },
        footer = {
            "",
            "Make a key and a profile:  baliza keys new --role admin ana | baliza ctl login --server HOST:PORT",
            "A server without keys that listens on loopback only takes requests of local users without one.",
            "Exit status: 0 done, 1 failed or refused, 2 usage, 69 no answer; of exec see: baliza ctl exec --help"
        })
public final class CtlCommand {
    static final int FAILED = 1;
    static final int UNREACHABLE = 69;
    private static final long WAIT_MILLIS = 30_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    final PrintStream out;
    final PrintStream err;
    final InputStream in;
    final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    public CtlCommand() {
        this(System.out, System.err, System.in, System.getenv());
    }

    /** @param environment says where profiles are: XDG_CONFIG_HOME, HOME */
    public CtlCommand(PrintStream out, PrintStream err, InputStream in, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.environment = Map.copyOf(environment);
    }

    /** The command that a subcommand was called under. */
    static CtlCommand of(@Nullable CtlCommand parent) {
        if (parent == null) {
            throw new IllegalStateException("not under baliza ctl");
        }
        return parent;
    }

    @Command(name = "whoami", description = "Show your name, role and what it allows.", mixinStandardHelpOptions = true)
    int whoami(@Mixin CtlOptions options) throws InterruptedException {
        return ask(options, "whoami", Map.of());
    }

    @Command(name = "device", description = "Show the whole ledger of a device.", mixinStandardHelpOptions = true)
    int device(@Mixin CtlOptions options, @Parameters(paramLabel = "DEVICE", description = "Name or id.") String device)
            throws InterruptedException {
        return ask(options, "device", Map.of("device", device));
    }

    @Command(
            name = "config",
            description = "Show every configuration key of the server.",
            mixinStandardHelpOptions = true)
    int config(@Mixin CtlOptions options) throws InterruptedException {
        return ask(options, "config", Map.of());
    }

    @Command(
            name = "audit",
            description = "Show the last records of the server's audit log.",
            mixinStandardHelpOptions = true)
    int audit(
            @Mixin CtlOptions options,
            @Option(names = "--count", defaultValue = "20", description = "How many (${DEFAULT-VALUE}).") int count)
            throws InterruptedException {
        return ask(options, "audit", Map.of("count", count));
    }

    @Command(
            name = "shutdown",
            description = "Drain and end the server, as SIGTERM does.",
            mixinStandardHelpOptions = true)
    int shutdown(
            @Mixin CtlOptions options,
            @Option(names = "--yes", description = "Do it; without this, only ask whether it may be done.") boolean yes)
            throws InterruptedException {
        Answered first = answer(options, "shutdown", Map.of(), WAIT_MILLIS);
        if (first == null || first.status() != AdminStatus.OK) {
            return show(options, "shutdown", first);
        }
        if (!yes) {
            err.println("the server would shut down; say it with --yes");
            return FAILED;
        }
        String token = AnswerText.parse(first.json()).path("token").asText();
        Answered second = answer(options, "shutdown", Map.of("token", token), WAIT_MILLIS);
        return show(options, "shutdown", second);
    }

    /** Asks and shows; the exit status. */
    int ask(CtlOptions options, String operation, Map<String, Object> arguments) throws InterruptedException {
        return show(options, operation, answer(options, operation, arguments, WAIT_MILLIS));
    }

    int show(CtlOptions options, String operation, @Nullable Answered answered) {
        if (answered == null) {
            return UNREACHABLE; // said already
        }
        JsonNode answer = AnswerText.parse(answered.json());
        if (options.json) {
            out.println(answered.json());
        } else if (answered.status() == AdminStatus.OK) {
            out.print(AnswerText.of(operation, answer));
        }
        if (answered.status() == AdminStatus.OK) {
            return 0;
        }
        err.println("baliza ctl: "
                + answered.status().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": "
                + Texts.plain(answer.path("error").asText("the server does not say why")));
        return FAILED;
    }

    @Command(
            name = "say",
            description = "Send a text to a device, or to a group such as 'lab-*'.",
            mixinStandardHelpOptions = true)
    int say(
            @Mixin CtlOptions options,
            @Option(names = "--wait", description = "End when the device has it.") boolean wait,
            @Parameters(index = "0", paramLabel = "DEVICE") String device,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT") List<String> words)
            throws InterruptedException {
        return new TalkCommands(this, options, out).say(device, words, wait);
    }

    @Command(
            name = "command",
            description = {
                "Have a device carry out a command, and print what it answers. Values are numbers, true, false or text;"
                        + " NAME:TYPE=VALUE says which, as millis:u32=500.",
                "Exit status: that of the device; 1 when it refused or did not answer in time."
            },
            mixinStandardHelpOptions = true)
    int command(
            @Mixin CtlOptions options,
            @Option(names = "--deadline", defaultValue = "60s", description = "Not later than (${DEFAULT-VALUE}).")
                    String deadline,
            @Option(names = "--no-wait", description = "Only queue it; ask later with: baliza ctl status ID")
                    boolean noWait,
            @Parameters(index = "0", paramLabel = "DEVICE") String device,
            @Parameters(index = "1", paramLabel = "COMMAND") String name,
            @Parameters(index = "2..*", arity = "0..*", paramLabel = "NAME=VALUE") @Nullable List<String> arguments)
            throws InterruptedException {
        try {
            return new TalkCommands(this, options, out)
                    .command(device, name, arguments == null ? List.of() : arguments, deadline, !noWait);
        } catch (IllegalArgumentException e) {
            throw misused(e);
        }
    }

    @Command(name = "status", description = "Show how far a text or a command is.", mixinStandardHelpOptions = true)
    int status(
            @Mixin CtlOptions options,
            @Parameters(paramLabel = "ID", description = "As say and command print it.") String id)
            throws InterruptedException {
        return ask(options, "message", Map.of("id", id));
    }

    @Command(name = "talk", description = "Show what a device said and was told.", mixinStandardHelpOptions = true)
    int talk(@Mixin CtlOptions options, @Parameters(paramLabel = "DEVICE", description = "Name or id.") String device)
            throws InterruptedException {
        return ask(options, "talk", Map.of("device", device));
    }

    /** The same with the usual patience. */
    @Nullable
    Answered answer(CtlOptions options, String operation, Map<String, Object> arguments) throws InterruptedException {
        return answer(options, operation, arguments, WAIT_MILLIS);
    }

    /** Null when there was no answer, which is said. */
    @Nullable
    Answered answer(CtlOptions options, String operation, Map<String, Object> arguments, long limitMillis)
            throws InterruptedException {
        String json = JSON.valueToTree(arguments).toString();
        try {
            CtlServer server = CtlServer.of(options, environment);
            try (AdminLink link = server.open()) {
                Answered answered = link.ask(operation, json, limitMillis);
                if (answered == null) {
                    err.println("baliza ctl: " + server.silence(link.tlsProblem()));
                }
                return answered;
            }
        } catch (Profile.ProfileException | AdminLink.RefusedException e) {
            return new Answered(AdminStatus.REFUSED, error(e));
        } catch (IllegalArgumentException e) {
            throw misused(e);
        }
    }

    private static String error(Exception e) {
        return JSON.createObjectNode().put("error", e.getMessage()).toString();
    }

    RuntimeException misused(IllegalArgumentException e) {
        return spec == null ? e : new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
}
