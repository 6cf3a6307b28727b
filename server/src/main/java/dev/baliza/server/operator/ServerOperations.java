package dev.baliza.server.operator;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.config.EffectiveConfig;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** {@code config} and {@code audit}. Thread: the desk's. */
public final class ServerOperations {
    private final Supplier<Optional<EffectiveConfig>> config;
    private final AuditLog audit;

    /** @param config in force; empty for a server that was not configured by a command */
    public ServerOperations(Supplier<Optional<EffectiveConfig>> config, AuditLog audit) {
        this.config = config;
        this.audit = audit;
    }

    public List<Operation> all() {
        return List.of(
                Operation.of(
                        "config",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "Show the value of every configuration key, and where it comes from.",
                        List.of(),
                        request -> CompletableFuture.completedFuture(showConfig())),
                Operation.of(
                        "audit",
                        Role.ADMIN,
                        Operation.Kind.READ,
                        "Show the last records of the audit log.",
                        List.of(Parameter.number("count", 1, AuditLog.MAX_TAIL)),
                        request -> CompletableFuture.completedFuture(
                                showAudit((int) request.arguments().number("count", 20)))));
    }

    /** The keys hold no secrets: those are in files that they name. */
    private Answer showConfig() {
        Optional<EffectiveConfig> now = config.get();
        return now.map(c -> Answer.ok(g -> {
                    g.writeArrayFieldStart("keys");
                    for (EffectiveConfig.Entry entry : c.entries()) {
                        g.writeStartObject();
                        g.writeStringField("key", entry.path());
                        g.writeStringField("value", entry.value());
                        g.writeStringField("origin", entry.origin());
                        g.writeEndObject();
                    }
                    g.writeEndArray();
                }))
                .orElseGet(() -> Answer.not(AdminStatus.FAILED, "this server was not started from a configuration"));
    }

    private Answer showAudit(int count) {
        List<String> lines = audit.tail(count);
        return Answer.ok(g -> {
            g.writeBooleanField("durable", audit.isDurable());
            g.writeArrayFieldStart("records");
            for (String line : lines) {
                g.writeRawValue(line);
            }
            g.writeEndArray();
        });
    }
}
