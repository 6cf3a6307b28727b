package dev.baliza.server.auth;

import dev.baliza.server.books.LoginOutcome;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges the credentials of HTTP requests. Thread: any; what is remembered is answered at once, what must be computed on the
 * executor, whose queue bounds it. Limits: those of {@link FailureLimit}, which remembered credentials do not meet.
 */
public final class Authenticator {
    private final Supplier<Users> users;
    private final Executor executor;
    private final Consumer<LoginOutcome> outcomes;
    private final RememberedLogins remembered;
    private final FailureLimit limit;
    /** By credentials; no more than the executor takes. */
    private final Map<String, CompletableFuture<LoginOutcome>> underWay = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param users in force
     * @param executor for slow hashes; rejects when it has enough to do
     * @param outcomes is told once for each request
     * @param nanos a clock that only moves forward
     */
    public Authenticator(
            Supplier<Users> users,
            Executor executor,
            Consumer<LoginOutcome> outcomes,
            SecureRandom random,
            LongSupplier nanos) {
        this.users = users;
        this.executor = executor;
        this.outcomes = outcomes;
        this.remembered = new RememberedLogins(random, nanos);
        this.limit = new FailureLimit(nanos);
    }

    /**
     * Judges.
     *
     * @param authorization the value of the header field; null when there is none
     */
    public CompletableFuture<LoginOutcome> login(@Nullable String authorization, InetAddress from) {
        if (authorization == null) {
            return done(LoginOutcome.MISSING);
        }
        if (remembered.find(authorization, users.get()).isPresent()) {
            return done(LoginOutcome.REMEMBERED);
        }
        CompletableFuture<LoginOutcome> same = underWay.get(authorization);
        if (same != null) {
            return joined(same);
        }
        if (!limit.mayTry(from)) {
            return done(LoginOutcome.LIMITED);
        }
        Optional<Credentials> credentials = Credentials.of(authorization);
        return credentials.isEmpty() ? done(LoginOutcome.MALFORMED) : compute(authorization, credentials.get(), from);
    }

    private CompletableFuture<LoginOutcome> compute(String authorization, Credentials credentials, InetAddress from) {
        CompletableFuture<LoginOutcome> answer = new CompletableFuture<>();
        CompletableFuture<LoginOutcome> same = underWay.putIfAbsent(authorization, answer);
        if (same != null) {
            limit.forgive(from);
            return joined(same);
        }
        try {
            executor.execute(() -> {
                try {
                    LoginOutcome outcome = verify(authorization, credentials, from);
                    underWay.remove(authorization);
                    outcomes.accept(outcome);
                    answer.complete(outcome);
                } catch (RuntimeException e) {
                    underWay.remove(authorization);
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            underWay.remove(authorization);
            limit.forgive(from);
            outcomes.accept(LoginOutcome.BUSY);
            answer.complete(LoginOutcome.BUSY);
        }
        return answer;
    }

    /** Several requests with the same credentials at once, as browsers send them, are one computation. */
    private CompletableFuture<LoginOutcome> joined(CompletableFuture<LoginOutcome> same) {
        return same.thenApply(outcome -> {
            LoginOutcome own = outcome == LoginOutcome.VERIFIED ? LoginOutcome.REMEMBERED : outcome;
            outcomes.accept(own);
            return own;
        });
    }

    private LoginOutcome verify(String authorization, Credentials credentials, InetAddress from) {
        Users now = users.get();
        Optional<User> user =
                now.find(credentials.name(), credentials.password().toCharArray());
        if (user.isEmpty()) {
            return LoginOutcome.WRONG;
        }
        remembered.remember(authorization, user.get(), now);
        limit.forgive(from);
        return LoginOutcome.VERIFIED;
    }

    private CompletableFuture<LoginOutcome> done(LoginOutcome outcome) {
        outcomes.accept(outcome);
        return CompletableFuture.completedFuture(outcome);
    }
}
