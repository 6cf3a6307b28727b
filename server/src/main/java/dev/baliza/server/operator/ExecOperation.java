package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.config.Program;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code exec}: starts a program of the configuration, by its name. Thread: an executor of its own. */
public final class ExecOperation {
    private static final Logger LOG = LoggerFactory.getLogger(ExecOperation.class);

    private final Map<String, Program> programs = new TreeMap<>();
    private final Executor executor;
    private final Runner runner;

    /** Starts programs. */
    @FunctionalInterface
    interface Runner {
        ProgramRun run(List<String> command, Duration timeout, int outputBytes)
                throws IOException, InterruptedException;
    }

    /** @param executor a few threads without a queue; it throws {@link RejectedExecutionException} when all are taken */
    public ExecOperation(List<Program> programs, Executor executor) {
        this(programs, executor, ProgramRun::of);
    }

    ExecOperation(List<Program> programs, Executor executor, Runner runner) {
        this.runner = runner;
        programs.forEach(program -> this.programs.put(program.name(), program));
        this.executor = executor;
    }

    public Operation operation() {
        Operation operation = Operation.of(
                "exec",
                Role.ADMIN,
                Operation.Kind.GUARDED,
                programs.isEmpty()
                        ? "Start a program of the configuration."
                        : "Start one of the programs " + String.join(", ", programs.keySet()) + ".",
                List.of(
                        programs.isEmpty()
                                ? Parameter.text("program", 1, 32).needed()
                                : Parameter.choice("program", List.copyOf(programs.keySet()))
                                        .needed(),
                        Parameter.object("arguments")),
                this::begin);
        return programs.isEmpty()
                ? operation.off("name a file of programs in operators.programs and start the server again")
                : operation;
    }

    private CompletionStage<Answer> begin(Operation.Request request) {
        Program program = programs.get(request.arguments().needed("program"));
        if (program == null) {
            throw new IllegalStateException("a program that was not checked");
        }
        Map<String, String> given = request.arguments().object("arguments");
        List<String> command;
        try {
            command = command(program, given);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(
                    Answer.not(AdminStatus.REFUSED, program.name() + ": " + e.getMessage()));
        }
        try {
            return CompletableFuture.supplyAsync(() -> run(program, command), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(
                    Answer.not(AdminStatus.BUSY, "other programs run; ask again when they have ended"));
        }
    }

    private static List<String> command(Program program, Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!program.arguments().containsKey(name)) {
                throw new IllegalArgumentException("unknown argument; it takes "
                        + (program.arguments().isEmpty()
                                ? "none"
                                : String.join(", ", new TreeMap<>(program.arguments()).keySet())));
            }
        }
        new TreeMap<>(program.arguments()).forEach((name, argument) -> {
            String value = given.get(name);
            if (value == null) {
                throw new IllegalArgumentException("'" + name + "' is missing");
            }
            argument.problem(value).ifPresent(problem -> {
                throw new IllegalArgumentException("'" + name + "' " + problem);
            });
        });
        List<String> command = new ArrayList<>();
        for (String part : program.command()) {
            boolean place = !command.isEmpty() && part.startsWith("{") && part.endsWith("}");
            String value = place ? given.get(part.substring(1, part.length() - 1)) : null;
            command.add(value == null ? part : value);
        }
        return command;
    }

    private Answer run(Program program, List<String> command) {
        try {
            ProgramRun run = runner.run(command, program.timeout(), program.outputBytes());
            if (run.timedOut()) {
                return Answer.not(
                        AdminStatus.FAILED,
                        program.name() + " was killed after "
                                + program.timeout().toMillis() + " ms",
                        g -> describe(g, program, run));
            }
            if (run.status() != 0) {
                String how = run.signal() > 0 ? "was ended by signal " + run.signal() : "ended with " + run.status();
                return Answer.not(AdminStatus.FAILED, program.name() + " " + how, g -> describe(g, program, run));
            }
            return Answer.ok(g -> describe(g, program, run));
        } catch (IOException e) {
            LOG.warn("{} could not be started", program.name(), e);
            return Answer.not(
                    AdminStatus.FAILED, program.name() + " could not be started; the server's log says why", g -> {
                        g.writeStringField("program", program.name());
                        g.writeStringField("ended", "not started");
                    });
        } catch (InterruptedException e) {
            // its thread ends with this; a flag set now would close the audit log at the next write
            return Answer.not(AdminStatus.FAILED, program.name() + " was killed: the server shuts down");
        }
    }

    private static void describe(JsonGenerator g, Program program, ProgramRun run) throws IOException {
        g.writeStringField("program", program.name());
        g.writeStringField("ended", run.timedOut() ? "timeout" : run.signal() > 0 ? "signal" : "exit");
        g.writeNumberField("status", run.status());
        if (run.signal() > 0) {
            g.writeNumberField("signal", run.signal());
        }
        g.writeNumberField("millis", run.millis());
        g.writeStringField("output", run.output());
        g.writeBooleanField("truncated", run.truncated());
    }
}
