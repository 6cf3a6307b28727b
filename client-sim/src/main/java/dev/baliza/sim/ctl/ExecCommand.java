package dev.baliza.sim.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.AdminStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl exec}: a program of the server's configuration, its output and its exit status. */
@Command(
        name = "exec",
        description = {
            "Start a program that the server's configuration names, and print its output.",
            "Exit status: the program's own; 128 and the number of the signal that ended it; 124 when it was killed at"
                    + " its timeout; 126 when the server did not start it; 69 no answer. --json tells them apart."
        },
        mixinStandardHelpOptions = true)
final class ExecCommand implements Callable<Integer> {
    private static final int TIMED_OUT = 124;
    private static final int NOT_STARTED = 126;
    /** An hour, the longest timeout of a program, and some. */
    private static final long WAIT_MILLIS = 3_700_000;

    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Mixin
    private CtlOptions options = new CtlOptions();

    @Parameters(index = "0", paramLabel = "NAME")
    private String program = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT=VALUE")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws InterruptedException {
        CtlCommand parent = CtlCommand.of(ctl);
        Map<String, String> given;
        try {
            given = NamedArguments.parse(arguments, "ARGUMENT=VALUE");
        } catch (IllegalArgumentException e) {
            throw parent.misused(e);
        }
        Answered answered = parent.answer(options, "exec", Map.of("program", program, "arguments", given), WAIT_MILLIS);
        int shown = parent.show(options, "exec", answered);
        if (answered == null) {
            return shown;
        }
        JsonNode said = AnswerText.parse(answered.json());
        if (!options.json && answered.status() != AdminStatus.OK) {
            parent.out.print(said.path("output").asText());
        }
        return switch (said.path("ended").asText()) {
            case "exit", "signal" -> said.path("status").asInt(CtlCommand.FAILED);
            case "timeout" -> TIMED_OUT;
            default -> NOT_STARTED;
        };
    }
}
