package dev.baliza.server.auth;

import dev.baliza.server.books.LoginOutcome;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
        if (!limit.mayTry(from)) {
            return done(LoginOutcome.LIMITED);
        }
        Optional<Credentials> credentials = Credentials.of(authorization);
        if (credentials.isEmpty()) {
            return done(LoginOutcome.MALFORMED);
        }
        try {
            return CompletableFuture.supplyAsync(() -> verify(authorization, credentials.get(), from), executor);
        } catch (RejectedExecutionException e) {
            limit.forgive(from);
            return done(LoginOutcome.BUSY);
        }
    }

    private LoginOutcome verify(String authorization, Credentials credentials, InetAddress from) {
        Users now = users.get();
        LoginOutcome outcome = LoginOutcome.WRONG;
        if (remembered.find(authorization, now).isPresent()) { // verified while this one waited
            outcome = LoginOutcome.REMEMBERED;
        } else {
            Optional<User> user =
                    now.find(credentials.name(), credentials.password().toCharArray());
            if (user.isPresent()) {
                remembered.remember(authorization, user.get(), now);
                outcome = LoginOutcome.VERIFIED;
            }
        }
        if (outcome.permits()) {
            limit.forgive(from);
        }
        outcomes.accept(outcome);
        return outcome;
    }

    private CompletableFuture<LoginOutcome> done(LoginOutcome outcome) {
        outcomes.accept(outcome);
        return CompletableFuture.completedFuture(outcome);
    }
}
