package dev.baliza.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.auth.Authenticator;
import dev.baliza.server.auth.PasswordHash;
import dev.baliza.server.auth.Role;
import dev.baliza.server.auth.User;
import dev.baliza.server.auth.Users;
import dev.baliza.server.auth.UsersFile;
import dev.baliza.server.books.LoginOutcome;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorkeeperTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);

    @TempDir
    Path dir;

    private final List<LoginOutcome> outcomes = new ArrayList<>();
    private boolean busy;
    private Doorkeeper doorkeeper = new Doorkeeper(null);

    @BeforeEach
    void makeUsers() throws Exception {
        PasswordHash hash = PasswordHash.of("pass:word".toCharArray(), 100_000, new SecureRandom());
        Path file = dir.resolve("users");
        UsersFile.write(file, List.of(new User("anna", Role.VIEWER, hash)));
        Users users = UsersFile.users(file);
        doorkeeper = new Doorkeeper(new Authenticator(
                () -> users,
                task -> {
                    if (busy) {
                        throw new RejectedExecutionException("no room");
                    }
                    task.run();
                },
                outcomes::add,
                new SecureRandom(),
                () -> 0));
    }

    private static HttpRequest request(String uri, String... authorization) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri);
        for (String value : authorization) {
            request.headers().add(HttpHeaderNames.AUTHORIZATION, value);
        }
        return request;
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Status of the refusal; 200 for none. */
    private int status(HttpRequest request) {
        Optional<Reply> refusal = doorkeeper.refusal(request, CLIENT).join();
        refusal.ifPresent(reply -> reply.body().release());
        return refusal.map(reply -> reply.status().code()).orElse(200);
    }

    @Test
    void whoNamesAUserComesIn() {
        assertThat(status(request("/metrics", basic("anna:pass:word")))).isEqualTo(200);
        assertThat(outcomes).containsExactly(LoginOutcome.VERIFIED);
    }

    @Test
    void whoDoesNotIsTold() {
        for (HttpRequest wrong : List.of(
                request("/metrics"),
                request("/metrics", basic("anna:word")),
                request("/metrics", basic("anna:pass:word"), basic("anna:pass:word")),
                request("/metrics", "Digest x"))) {
            Optional<Reply> refusal = doorkeeper.refusal(wrong, CLIENT).join();
            assertThat(refusal).isPresent();
            assertThat(refusal.orElseThrow().status().code()).isEqualTo(401);
            assertThat(refusal.orElseThrow().headers())
                    .containsEntry("www-authenticate", "Basic realm=\"Baliza\", charset=\"UTF-8\"");
            refusal.orElseThrow().body().release();
        }
    }

    @Test
    void onlyTheProbesOfHealthAreOpen() {
        for (String open : List.of("/healthz", "/readyz", "/readyz?verbose", "http://host/healthz")) {
            assertThat(status(request(open))).as(open).isEqualTo(200);
        }
        for (String shut : List.of(
                "/",
                "/metrics",
                "/healthz/",
                "/healthz/../metrics",
                "//healthz",
                "/api/v1/tap",
                "/nothing",
                "https://h/")) {
            assertThat(status(request(shut))).as(shut).isEqualTo(401);
        }
    }

    @Test
    void tooManyFailuresAre429AndTooManyAtOnce503() {
        busy = true;
        assertThat(status(request("/", basic("anna:pass:word")))).isEqualTo(503);
        busy = false;
        for (int i = 0; i < 10; i++) {
            assertThat(status(request("/", basic("anna:guess")))).isEqualTo(401);
        }
        assertThat(status(request("/", basic("anna:guess")))).isEqualTo(429);
        assertThat(status(request("/"))).isEqualTo(401);
    }

    @Test
    void withoutUsersEverybodyMayRead() {
        doorkeeper = new Doorkeeper(null);
        assertThat(status(request("/metrics"))).isEqualTo(200);
    }
}
