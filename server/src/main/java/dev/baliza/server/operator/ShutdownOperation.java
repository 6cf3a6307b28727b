package dev.baliza.server.operator;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.seal.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code shutdown}: a first request gets a token, a second one with it ends the server. Thread: the desk's. */
public final class ShutdownOperation {
    static final Duration VALID = Duration.ofSeconds(30);
    private static final int TOKEN_BYTES = 16;

    /** A token and who may use it until when. */
    private record Issued(String token, long operator, Instant until) {}

    private final InstantSource clock;
    private final Random random;
    private final Runnable stop;
    private @Nullable Issued issued;

    /**
     * @param random secure
     * @param stop begins the drain a little later, so that the answer leaves first; does not wait
     */
    public ShutdownOperation(InstantSource clock, Random random, Runnable stop) {
        this.clock = clock;
        this.random = random;
        this.stop = stop;
    }

    /** @param on whether the configuration allows it */
    public Operation operation(boolean on) {
        Operation operation = Operation.of(
                "shutdown",
                Role.ADMIN,
                Operation.Kind.GUARDED,
                "Drain and end the server: without a token it answers with one, which is good for 30 s.",
                List.of(Parameter.text("token", 2 * TOKEN_BYTES, 2 * TOKEN_BYTES)
                        .hidden()),
                request -> CompletableFuture.completedFuture(
                        request.arguments().has("token") ? confirm(request) : issue(request)));
        return on ? operation : operation.off("set operators.shutdown: true and start the server again");
    }

    private Answer issue(Operation.Request request) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        issued = new Issued(token, request.caller().id(), clock.instant().plus(VALID));
        return Answer.ok(g -> {
            g.writeStringField("token", token);
            g.writeNumberField("validSeconds", VALID.toSeconds());
        });
    }

    private Answer confirm(Operation.Request request) {
        Issued valid = issued;
        issued = null;
        boolean right = valid != null
                && valid.operator == request.caller().id()
                && !clock.instant().isAfter(valid.until)
                && MessageDigest.isEqual(
                        valid.token.getBytes(StandardCharsets.US_ASCII),
                        request.arguments().needed("token").getBytes(StandardCharsets.UTF_8));
        if (!right) {
            return Answer.not(
                    AdminStatus.REFUSED, "this token is not yours, was used, or is older than 30 s; ask for one again");
        }
        stop.run();
        return Answer.ok(g -> g.writeBooleanField("draining", true));
    }
}
