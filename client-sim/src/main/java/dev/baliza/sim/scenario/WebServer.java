package dev.baliza.sim.scenario;

import dev.baliza.protocol.tls.TlsContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a server: where it is, whom to believe, and as whom to ask. Immutable. Thread: any. */
public final class WebServer {
    private final String scheme;
    private final InetSocketAddress address;
    private final @Nullable TlsContext tls;
    private final @Nullable String authorization;

    private WebServer(
            String scheme, InetSocketAddress address, @Nullable TlsContext tls, @Nullable String authorization) {
        this.scheme = scheme;
        this.address = address;
        this.tls = tls;
        this.authorization = authorization;
    }

    /**
     * Of {@code host:port}, {@code http://host:port} or {@code https://host:port}.
     *
     * @param tls of https; null: that of the JDK
     * @param authorization value of the header field; null for none
     */
    public static WebServer of(String text, @Nullable TlsContext tls, @Nullable String authorization) {
        String lower = text.toLowerCase(Locale.ROOT);
        String scheme = lower.startsWith("https://") ? "https" : "http";
        String rest = lower.startsWith(scheme + "://") ? text.substring(scheme.length() + 3) : text;
        String authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        return new WebServer(scheme, Options.endpoint(authority), tls, authorization);
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Such as {@code https://lab.example:7368}, with the host as it was given. */
    public String url() {
        String host = address.getHostString();
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Of HTTP/1.1; the server speaks no other. */
    public HttpClient.Builder client() {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        return tls == null ? builder : builder.sslContext(tls.context()).sslParameters(tls.parameters());
    }

    /** @param path with its query */
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url() + path));
        return authorization == null ? builder : builder.header("Authorization", authorization);
    }

    @Override
    public String toString() {
        return url();
    }
}
