package dev.baliza.sim.tap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.baliza.sim.TlsOptions;
import dev.baliza.sim.WebOptions;
import dev.baliza.sim.scenario.Options;
import dev.baliza.sim.scenario.WebServer;
import dev.baliza.sim.transport.TlsFailure;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza tap}: what a running server makes of every frame, as it comes. */
@Command(
        name = "tap",
        description = "Show the frames that reach a running server, and why one is not taken.",
        footer = {
            "",
            "A device does not show up? Run: baliza tap --rejected",
            "Exit status: 0 when -C or -W ends it, 1 the server refuses, 2 usage, 69 the server is not there or goes."
        },
        mixinStandardHelpOptions = true)
public final class TapCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final int BAD_REQUEST = 400;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = new JsonMapper();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|URL",
            description = "The server's HTTP port; default ${DEFAULT-VALUE}; https://HOST:PORT where it has http.tls.",
            defaultValue = "127.0.0.1:7368")
    private String http = "127.0.0.1:7368";

    @Option(
            names = "--device",
            paramLabel = "NAME|ID",
            description = "Only this device; an id has 16 hexadecimal digits.")
    private @Nullable String device;

    @Option(names = "--type", split = ",", description = "Only these types, such as READINGS,HELLO.")
    private List<String> types = new ArrayList<>();

    @Option(names = "--outcome", split = ",", description = "Only these outcomes, such as rejected,stale,bad_checksum.")
    private List<String> outcomes = new ArrayList<>();

    @Option(names = "--transport", paramLabel = "tcp|udp", description = "Only this transport.")
    private @Nullable String transport;

    @Option(names = "--rejected", description = "Only what was not taken as it came, and notices.")
    private boolean rejected;

    @Option(names = "-C", paramLabel = "N", description = "End after so many events.")
    private long count = Long.MAX_VALUE;

    @Option(names = "-W", paramLabel = "SECONDS", description = "End after so long, such as 5 or 500ms.")
    private @Nullable String wait;

    @Option(names = "--hex", description = "Show the bytes, field by field.")
    private boolean hex;

    @Option(names = "--json", description = "Print the server's JSON, one event a line.")
    private boolean json;

    @Mixin
    private TlsOptions tlsOptions = new TlsOptions();

    @Mixin
    private WebOptions webOptions = new WebOptions();

    private final EventText text = new EventText();

    @Override
    public Integer call() throws InterruptedException {
        WebServer server;
        long nanos;
        try {
            if (count < 1) {
                throw new IllegalArgumentException("-C must be 1 or more");
            }
            nanos = wait == null ? Long.MAX_VALUE : duration(wait).toNanos();
            server = webOptions.server(http, tlsOptions);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        HttpClient client = server.client().connectTimeout(CONNECT).build();
        LineFeed feed = new LineFeed();
        CompletableFuture<HttpResponse<Void>> response = client.sendAsync(
                server.request("/api/v1/tap" + query()).build(), HttpResponse.BodyHandlers.fromLineSubscriber(feed));
        try {
            return follow(feed, response, System.nanoTime(), nanos);
        } finally {
            feed.cancel();
            response.cancel(true);
        }
    }

    private static Duration duration(String text) {
        return text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : Options.duration(text);
    }

    private String query() {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        add(query, "device", device);
        add(query, "type", types.isEmpty() ? null : String.join(",", types));
        add(query, "outcome", outcomes.isEmpty() ? null : String.join(",", outcomes));
        add(query, "transport", transport);
        add(query, "rejected", rejected ? "true" : null);
        add(query, "bytes", hex ? "true" : null);
        return query.toString();
    }

    private static void add(StringJoiner query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private int follow(LineFeed feed, CompletableFuture<HttpResponse<Void>> response, long begin, long nanos)
            throws InterruptedException {
        PrintWriter out = line().getOut();
        long seen = 0;
        while (seen < count) {
            long left = nanos - (System.nanoTime() - begin);
            String next = left <= 0 ? null : feed.next(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
            if (next == null) {
                if (left <= 0 ? !feed.begun() : response.isCompletedExceptionally()) {
                    return unreachable(response);
                }
                if (left <= 0) {
                    return 0;
                }
                continue;
            }
            if (next.equals(LineFeed.END)) {
                return end(response);
            }
            JsonNode event = parse(next);
            if (event.has("error")) {
                return refused(event.path("error").asText(), response);
            }
            if (event.isObject()) {
                out.print(json ? next + System.lineSeparator() : text.of(event));
                out.flush();
                seen += event.has("lost") ? 0 : 1;
            }
        }
        return 0;
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode()
                    .put("error", "the answer is no event: is this the HTTP port of a Baliza server?");
        }
    }

    private int refused(String error, CompletableFuture<HttpResponse<Void>> response) throws InterruptedException {
        if (status(response) == BAD_REQUEST) {
            throw usage(error);
        }
        line().getErr().println("baliza tap: " + error);
        return FAILED;
    }

    private static int status(CompletableFuture<HttpResponse<Void>> response) throws InterruptedException {
        try {
            return response.get(1, TimeUnit.SECONDS).statusCode();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    private int end(CompletableFuture<HttpResponse<Void>> response) throws InterruptedException {
        if (response.isCompletedExceptionally() && status(response) == 0) {
            line().getErr().println("baliza tap: the connection to " + http + " ended");
        } else {
            line().getErr().println("baliza tap: the server at " + http + " ended the tap; it shuts down, or is none");
        }
        return UNREACHABLE;
    }

    private int unreachable(CompletableFuture<HttpResponse<Void>> response) {
        line().getErr()
                .println("baliza tap: no answer from " + http + tlsProblem(response)
                        + "; is the server running, and is this its HTTP port? Start one with: baliza server");
        return UNREACHABLE;
    }

    /** What TLS says about it; empty when it is not to blame. */
    private static String tlsProblem(CompletableFuture<HttpResponse<Void>> response) {
        if (!response.isCompletedExceptionally()) {
            return "";
        }
        return response.handle((done, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof SSLException ? ": " + TlsFailure.text(cause) : "";
                })
                .join();
    }

    private ParameterException usage(String message) {
        return new ParameterException(line(), message);
    }

    private CommandLine line() {
        return spec == null ? new CommandLine(this) : spec.commandLine();
    }
}
