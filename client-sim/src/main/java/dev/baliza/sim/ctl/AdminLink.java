package dev.baliza.sim.ctl;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.sim.StationLink;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server until its answer is whole: the same request again while something is missing, HELLO again when the server is another one.
 * Thread: the caller's; it blocks. Spec: SPEC §16.2.3.
 */
final class AdminLink implements AutoCloseable {
    private static final long FIRST_WAIT_MILLIS = 500;
    private static final long LONGEST_WAIT_MILLIS = 4_000;
    /** Silence until the server said its first word. */
    private static final long FIRST_PATIENCE_MILLIS = 5_000;
    /** Silence afterwards: three waits for an answer, HELLO again, and one more. */
    private static final long PATIENCE_MILLIS = 20_000;

    /** How long a request that found the server busy comes again. */
    private static final long BUSY_MILLIS = 5_000;

    private static final int ROUNDS_BEFORE_HELLO = 3;

    /** The server refuses to talk; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private final StationLink link;
    private final SecureRandom random = new SecureRandom();
    private boolean heard;
    private long lastNanos;

    /** @param link of an operator, or of nobody where the server takes local users; closed with this one */
    AdminLink(StationLink link) {
        this.link = link;
    }

    /**
     * Asks and waits.
     *
     * @param limitMillis longest time for the answer, once a connection stands
     * @return null when no answer came
     */
    @Nullable
    Answered ask(String operation, String arguments, long limitMillis) throws InterruptedException, RefusedException {
        if (!link.awaitUp(FIRST_PATIENCE_MILLIS)) {
            return null;
        }
        long request = random.nextLong();
        Parts parts = new Parts();
        long start = System.nanoTime();
        lastNanos = start;
        long wait = FIRST_WAIT_MILLIS;
        int silentRounds = 0;
        while (millisSince(lastNanos) < (heard ? PATIENCE_MILLIS : FIRST_PATIENCE_MILLIS)
                && millisSince(start) < limitMillis) {
            if (link.isNew() || silentRounds == ROUNDS_BEFORE_HELLO) {
                silentRounds = 0;
                link.greetAgain();
            }
            if (link.isWelcomed()) {
                link.send(new Message.Admin(request, parts.missing(), operation, arguments), 0);
            } else {
                link.sayHello();
            }
            boolean progress = listen(request, parts, wait);
            silentRounds = progress ? 0 : silentRounds + 1;
            if (parts.isWhole()) {
                Answered whole = parts.whole();
                if (whole.status() != AdminStatus.BUSY || millisSince(start) > BUSY_MILLIS) {
                    return whole;
                }
                parts = new Parts();
                TimeUnit.MILLISECONDS.sleep(wait);
                progress = false;
            }
            boolean greeting = !link.isWelcomed(); // HELLO is cheap, and without WELCOME nothing works
            wait = progress || greeting ? FIRST_WAIT_MILLIS : Math.min(LONGEST_WAIT_MILLIS, wait * 2);
        }
        return null;
    }

    /** Takes what comes for so long, or until there is something new to ask; whether there is. */
    private boolean listen(long request, Parts parts, long waitMillis) throws InterruptedException, RefusedException {
        long asked = System.nanoTime();
        int before = parts.missing();
        for (long left = waitMillis; left > 0; left = waitMillis - millisSince(asked)) {
            boolean welcomed = link.isWelcomed();
            Message answer = link.next(left);
            boolean turned = link.isWelcomed() != welcomed;
            if (answer == null && !turned) {
                continue;
            }
            heard = true;
            lastNanos = System.nanoTime();
            if (answer instanceof Message.Nack nack && !nack.retriable()) {
                ErrorCode code = ErrorCode.of(nack.code());
                throw new RefusedException((code == null ? "code " + nack.code() : code.name()) + ": " + nack.text());
            }
            if (turned || answer instanceof Message.Nack) {
                return true;
            }
            if (answer instanceof Message.AdminResult part && part.request() == request) {
                parts.take(part);
                if (parts.missing() >= Math.min(part.parts(), before + Limits.ADMIN_PARTS_AT_ONCE)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** Why TLS with the server does not come about; null when it does, or there is none. */
    @Nullable
    String tlsProblem() {
        return link.tlsProblem();
    }

    @Override
    public void close() {
        link.close();
    }
}
