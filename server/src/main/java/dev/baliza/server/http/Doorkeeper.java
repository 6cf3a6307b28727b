package dev.baliza.server.http;

import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.TOO_MANY_REQUESTS;
import static io.netty.handler.codec.http.HttpResponseStatus.UNAUTHORIZED;

import dev.baliza.server.auth.Authenticator;
import dev.baliza.server.books.LoginOutcome;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides whether a request may be answered: Basic authentication (RFC 7617), but for the probes of health. Thread: any. */
final class Doorkeeper {
    private static final Set<String> OPEN = Set.of("/healthz", "/readyz");
    private static final CompletableFuture<Optional<Reply>> COME_IN =
            CompletableFuture.completedFuture(Optional.empty());

    private final @Nullable Authenticator authenticator;

    /** @param authenticator null: everybody may come in */
    Doorkeeper(@Nullable Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** What to answer instead; empty when the request may go on. Completes on any thread; ownership of the body goes to the caller. */
    CompletableFuture<Optional<Reply>> refusal(HttpRequest request, @Nullable SocketAddress from) {
        Authenticator asked = authenticator;
        if (asked == null || OPEN.contains(Router.path(request))) {
            return COME_IN;
        }
        List<String> fields = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        InetAddress address = from instanceof InetSocketAddress peer && peer.getAddress() != null
                ? peer.getAddress()
                : InetAddress.getLoopbackAddress();
        return asked.login(fields.isEmpty() ? null : String.join(", ", fields), address)
                .thenApply(outcome -> outcome.permits() ? Optional.empty() : Optional.of(reply(outcome)));
    }

    private static Reply reply(LoginOutcome outcome) {
        return switch (outcome) {
            case LIMITED ->
                Reply.error(TOO_MANY_REQUESTS, "too many wrong passwords from this address; wait a minute")
                        .with(HttpHeaderNames.RETRY_AFTER.toString(), "60");
            case BUSY ->
                Reply.error(SERVICE_UNAVAILABLE, "too many passwords to check; try again")
                        .with(HttpHeaderNames.RETRY_AFTER.toString(), "1");
            default ->
                Reply.error(
                                UNAUTHORIZED,
                                "this needs a user in the file http.auth; commands take --user NAME --password-file FILE")
                        .with(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Basic realm=\"Baliza\", charset=\"UTF-8\"");
        };
    }
}
