package dev.baliza.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.books.LoginOutcome;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Credentials with a clock that a test moves, and without threads. */
class AuthenticatorTest {
    private static final PasswordHash HASH =
            PasswordHash.of("open sesame".toCharArray(), PasswordHash.MIN_ITERATIONS, new SecureRandom());

    private final List<LoginOutcome> outcomes = new ArrayList<>();
    private Users users = users();
    private long nanos = Long.MAX_VALUE - 5; // it may wrap
    private int computed;
    private boolean busy;
    private boolean postpone;
    private final List<Runnable> later = new ArrayList<>();

    private final Authenticator authenticator = new Authenticator(
            () -> users,
            task -> {
                if (busy) {
                    throw new RejectedExecutionException("no room");
                }
                computed++;
                if (!later.isEmpty() || postpone) {
                    later.add(task);
                } else {
                    task.run();
                }
            },
            outcomes::add,
            new SecureRandom(),
            () -> nanos);

    private static Users users() {
        return new Users(List.of(new User("grafana", Role.VIEWER, HASH)));
    }

    static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private LoginOutcome login(@Nullable String authorization, String from) throws Exception {
        LoginOutcome outcome =
                authenticator.login(authorization, InetAddress.getByName(from)).join();
        assertThat(outcomes).last().isEqualTo(outcome);
        return outcome;
    }

    private LoginOutcome login(String text) throws Exception {
        return login(basic(text), "192.0.2.1");
    }

    @Test
    void theRightPasswordIsComputedOnceInFiveMinutes() throws Exception {
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.VERIFIED);
        for (int i = 0; i < 20; i++) {
            assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.REMEMBERED);
        }
        nanos += RememberedLogins.NANOS - 1;
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.REMEMBERED);
        nanos += 1;
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.VERIFIED);
        assertThat(computed).isEqualTo(2);
    }

    @Test
    void whatIsRememberedIsForgottenWithTheUsers() throws Exception {
        login("grafana:open sesame");
        users = users();
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.VERIFIED);
        users = new Users(List.of());
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.WRONG);
    }

    @Test
    void aWrongPasswordAndAnUnknownNameCostTheSame() throws Exception {
        assertThat(login("grafana:open sesam")).isEqualTo(LoginOutcome.WRONG);
        assertThat(login("nobody:open sesame")).isEqualTo(LoginOutcome.WRONG);
        assertThat(computed).isEqualTo(2);
    }

    @Test
    void whatIsNoNameAndPasswordIsNotComputed() throws Exception {
        for (String wrong :
                List.of("Bearer abc", "Basic", "Basic !!", basic("grafana"), basic(":x"), basic("grafana:"))) {
            assertThat(login(wrong, "192.0.2.1")).as(wrong).isEqualTo(LoginOutcome.MALFORMED);
        }
        assertThat(login(null, "192.0.2.1")).isEqualTo(LoginOutcome.MISSING);
        assertThat(computed).isZero();
    }

    @Test
    void anAddressMayFailTenTimesInAMinute() throws Exception {
        login("grafana:open sesame");
        for (int i = 0; i < FailureLimit.FAILURES; i++) {
            assertThat(login("grafana:guess" + i)).isEqualTo(LoginOutcome.WRONG);
        }
        assertThat(login("grafana:guess")).isEqualTo(LoginOutcome.LIMITED);
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.REMEMBERED);
        assertThat(login(basic("grafana:guess"), "192.0.2.2")).isEqualTo(LoginOutcome.WRONG);
        nanos += FailureLimit.NANOS;
        assertThat(login("grafana:guess")).isEqualTo(LoginOutcome.WRONG);
    }

    @Test
    void theFirst64BitsOfIpv6AreOneAddress() throws Exception {
        for (int i = 0; i < FailureLimit.FAILURES; i++) {
            login(basic("grafana:guess"), "2001:db8::" + i);
        }
        assertThat(login(basic("grafana:guess"), "2001:db8::ffff")).isEqualTo(LoginOutcome.LIMITED);
        assertThat(login(basic("grafana:guess"), "2001:db8:0:1::1")).isEqualTo(LoginOutcome.WRONG);
    }

    @Test
    void theSameCredentialsManyTimesAtOnceAreOneComputation() throws Exception {
        postpone = true;
        InetAddress from = InetAddress.getByName("192.0.2.1");
        List<CompletableFuture<LoginOutcome>> answers = new ArrayList<>();
        for (int i = 0; i < 3 * FailureLimit.FAILURES; i++) {
            answers.add(authenticator.login(basic("grafana:open sesame"), from));
        }
        assertThat(later).hasSize(1);
        later.get(0).run();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().permits()).isTrue());
        assertThat(outcomes).hasSize(answers.size()).containsOnlyOnce(LoginOutcome.VERIFIED);
    }

    @Test
    void whoFindsNoRoomHasNotFailed() throws Exception {
        busy = true;
        for (int i = 0; i < 2 * FailureLimit.FAILURES; i++) {
            assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.BUSY);
        }
        busy = false;
        assertThat(login("grafana:open sesame")).isEqualTo(LoginOutcome.VERIFIED);
    }

    @Test
    void noMoreLoginsAndAddressesAreKeptThanThereIsRoomFor() throws Exception {
        RememberedLogins logins = new RememberedLogins(new SecureRandom(), () -> nanos);
        User user = new User("grafana", Role.VIEWER, HASH);
        for (int i = 0; i <= RememberedLogins.MOST; i++) {
            logins.remember("login " + i, user, users);
        }
        assertThat(logins.find("login 0", users)).isEmpty();
        assertThat(logins.find("login 1", users)).contains(user);
        FailureLimit limit = new FailureLimit(() -> nanos);
        InetAddress first = InetAddress.getByName("10.0.0.0");
        for (int i = 0; i < FailureLimit.FAILURES; i++) {
            limit.mayTry(first);
        }
        assertThat(limit.mayTry(first)).isFalse();
        for (int i = 1; i <= FailureLimit.MOST; i++) {
            limit.mayTry(InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i}));
        }
        assertThat(limit.mayTry(first)).isTrue();
    }
}
