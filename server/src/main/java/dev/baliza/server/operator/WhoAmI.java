package dev.baliza.server.operator;

import dev.baliza.protocol.seal.Role;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code whoami}: name, role and what they allow. Spec: SPEC §16.4. */
final class WhoAmI {
    private Operations operations = new Operations(List.of());

    void use(Operations all) {
        operations = all;
    }

    Operation operation() {
        return Operation.of(
                "whoami",
                Role.VIEWER,
                Operation.Kind.READ,
                "Say who asks, and what that role may ask for.",
                List.of(),
                request -> CompletableFuture.completedFuture(answer(request)));
    }

    private Answer answer(Operation.Request request) {
        Role role = request.caller().role();
        return Answer.ok(g -> {
            g.writeStringField("name", request.caller().name());
            g.writeStringField("role", role == null ? null : role.label());
            g.writeBooleanField("keyless", request.caller().keyless());
            operations.describe(g, request.caller());
        });
    }
}
