package dev.baliza.server.operator;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.server.session.AdminDesk;
import dev.baliza.server.session.Caller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from the shards, executes each once and on its own thread, and writes down what was asked. Thread: any. Spec: SPEC §16.
 */
public final class Desk implements AdminDesk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
    private static final int MAX_ARGUMENT_CHARS = 16_384;
    private static final Map<String, Object> NOTHING = Map.of();

    private final Operations operations;
    private final AuditLog audit;
    private final BooleanSupplier loopback;
    private final Executor executor;
    private final Answers answers = new Answers();
    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);

    /** What is counted beside the statuses. */
    private enum Count {
        REPEATED,
        WRONG_ROLE,
        AUDIT_FAILED,
        OK,
        FAILED,
        REFUSED,
        UNKNOWN_OPERATION,
        BUSY
    }

    /**
     * @param loopback whether local users without a key may ask (SPEC §16.1.4)
     * @param executor one thread with a bounded queue; it throws {@link RejectedExecutionException} when that is full
     */
    public Desk(Operations operations, AuditLog audit, BooleanSupplier loopback, Executor executor) {
        this.operations = operations;
        this.audit = audit;
        this.loopback = loopback;
        this.executor = executor;
    }

    @Override
    public boolean servesLoopback() {
        return loopback.getAsBoolean();
    }

    @Override
    public void ask(Caller caller, Message.Admin request, Consumer<List<Message.AdminResult>> reply) {
        Consumer<Answer> tell = answer -> send(answer.parts(request.request(), request.part()), reply);
        if (request.arguments().length() > MAX_ARGUMENT_CHARS) {
            tell.accept(counted(
                    Answer.not(AdminStatus.REFUSED, "arguments have at most " + MAX_ARGUMENT_CHARS + " characters")));
            return;
        }
        Answers.Claim claim = answers.claim(caller.id(), request);
        Answer known = claim.answer();
        switch (claim.state()) {
            case RUNNING -> count(Count.REPEATED);
            case ANSWERED -> {
                count(Count.REPEATED);
                if (known != null) {
                    tell.accept(known);
                }
            }
            case OTHER ->
                tell.accept(counted(Answer.not(
                        AdminStatus.REFUSED, "this request number belongs to another request; draw a new one")));
            case FULL -> tell.accept(busy());
            case NEW -> {
                try {
                    executor.execute(() -> execute(caller, request, tell));
                } catch (RejectedExecutionException e) {
                    answers.dropped(caller.id(), request.request());
                    tell.accept(busy());
                }
            }
        }
    }

    private static void send(List<Message.AdminResult> parts, Consumer<List<Message.AdminResult>> reply) {
        try {
            reply.accept(parts);
        } catch (RejectedExecutionException e) {
            LOG.debug("an answer came after the event loops had ended", e);
        }
    }

    private Answer busy() {
        return counted(Answer.not(AdminStatus.BUSY, "too many requests are under way; ask again later"));
    }

    @Override
    public void refused(Caller caller, Message.Admin request) {
        count(Count.WRONG_ROLE);
        try {
            executor.execute(() -> note(record(
                    caller,
                    request,
                    NOTHING,
                    AdminStatus.REFUSED.name().toLowerCase(Locale.ROOT),
                    "no operator's key")));
        } catch (RejectedExecutionException e) {
            count(Count.AUDIT_FAILED); // the counter of wrong roles has it
        }
    }

    private void execute(Caller caller, Message.Admin request, Consumer<Answer> tell) {
        try {
            begin(caller, request, tell);
        } catch (Exception e) {
            LOG.error("bug in the operation {}", request.operation(), e);
            finish(caller, request, NOTHING, false, bug(), tell);
        }
    }

    private static Answer bug() {
        return Answer.not(AdminStatus.FAILED, "a bug in the server; its log says more");
    }

    private void begin(Caller caller, Message.Admin request, Consumer<Answer> tell) throws Exception {
        Optional<Operation> found = operations.find(request.operation());
        if (found.isEmpty()) {
            Answer unknown = Answer.not(
                    AdminStatus.UNKNOWN_OPERATION,
                    "there is no operation '" + request.operation() + "' here; 'whoami' lists them");
            finish(caller, request, NOTHING, false, unknown, tell);
            return;
        }
        Operation operation = found.get();
        Optional<String> why = operation.forbids(caller).or(() -> unaudited(caller));
        if (why.isPresent()) {
            finish(caller, request, NOTHING, false, Answer.not(AdminStatus.REFUSED, why.get()), tell);
            return;
        }
        Arguments arguments;
        try {
            arguments = Arguments.of(request.arguments(), operation.parameters());
        } catch (IllegalArgumentException e) {
            Answer wrong = Answer.not(AdminStatus.REFUSED, operation.name() + ": " + e.getMessage());
            finish(caller, request, NOTHING, false, wrong, tell);
            return;
        }
        Map<String, Object> shown = shown(operation, arguments);
        boolean effect = operation.kind() != Operation.Kind.READ;
        if (effect) {
            try {
                audit.writeThrough(record(caller, request, shown, AuditRecord.BEGIN, ""));
            } catch (IOException e) {
                LOG.error("the audit log cannot be written, so nothing is done: {}", e.toString());
                count(Count.AUDIT_FAILED);
                Answer failed = Answer.not(AdminStatus.FAILED, "the audit log cannot be written, so nothing was done");
                finish(caller, request, shown, false, failed, tell);
                return;
            }
        }
        CompletionStage<Answer> stage = operation.work().begin(new Operation.Request(caller, arguments));
        stage.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.error("bug in the operation {}", operation.name(), failure);
            }
            finish(caller, request, shown, effect, failure == null ? answer : bug(), tell);
        });
    }

    private Optional<String> unaudited(Caller caller) {
        return audit.isDurable() || caller.keyless()
                ? Optional.empty()
                : Optional.of("this server keeps no audit log; set store.dir and start it again");
    }

    private static Map<String, Object> shown(Operation operation, Arguments arguments) {
        Map<String, Object> shown = new LinkedHashMap<>(arguments.values());
        operation.parameters().stream()
                .filter(Parameter::secret)
                .forEach(p -> shown.computeIfPresent(p.name(), (name, value) -> "(secret)"));
        return shown;
    }

    private void finish(
            Caller caller,
            Message.Admin request,
            Map<String, Object> arguments,
            boolean effect,
            Answer answer,
            Consumer<Answer> tell) {
        AuditRecord record =
                record(caller, request, arguments, answer.status().name().toLowerCase(Locale.ROOT), answer.error());
        if (effect) {
            try {
                audit.writeThrough(record);
            } catch (IOException e) {
                LOG.error("the audit log lacks a result: {}: {}", record, e.toString());
                count(Count.AUDIT_FAILED);
            }
        } else {
            note(record);
        }
        if (answer.status() == AdminStatus.BUSY) {
            answers.dropped(caller.id(), request.request());
        } else {
            answers.answered(caller.id(), request.request(), answer);
        }
        tell.accept(counted(answer));
    }

    private void note(AuditRecord record) {
        try {
            audit.write(record);
        } catch (IOException e) {
            LOG.error("the audit log lacks a record: {}: {}", record, e.toString());
            count(Count.AUDIT_FAILED);
        }
    }

    private static AuditRecord record(
            Caller caller, Message.Admin request, Map<String, Object> arguments, String outcome, String detail) {
        InetSocketAddress from = caller.address();
        String host = from.getAddress().getHostAddress();
        return new AuditRecord(
                caller.role() == null ? "device " + caller.name() : caller.name(),
                caller.role() == null ? AuditRecord.NOBODY : caller.role().label(),
                caller.transport().label() + " " + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + from.getPort(),
                Names.hex(request.request()),
                request.operation(),
                arguments,
                outcome,
                detail);
    }

    private void count(Count what) {
        counts.incrementAndGet(what.ordinal());
    }

    private Answer counted(Answer answer) {
        count(Count.valueOf(answer.status().name()));
        return answer;
    }

    /** Counters by name, as in {@code baliza_events_total}. */
    public Map<String, Long> counts() {
        Map<String, Long> named = new TreeMap<>();
        for (Count one : Count.values()) {
            named.put("operator_" + one.name().toLowerCase(Locale.ROOT), counts.get(one.ordinal()));
        }
        named.put("operator_audit_suppressed", audit.suppressed());
        return named;
    }

    /** Which operations there are. */
    public Operations operations() {
        return operations;
    }

    /** Whether requests of operators with a key are written down for good. */
    public boolean isAudited() {
        return audit.isDurable();
    }
}
