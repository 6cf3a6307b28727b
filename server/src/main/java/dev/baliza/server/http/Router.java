package dev.baliza.server.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.FileView;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.history.History;
import dev.baliza.server.metrics.Exposition;
import dev.baliza.server.metrics.ServerMetrics;
import dev.baliza.server.tap.TapHub;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests. Thread: any; JSON is written on the executor, because a page of devices is megabytes and the futures of the
 * books complete on threads that have better things to do.
 */
final class Router {
    private static final String DEVICES = "/api/v1/devices";
    private static final String LEDGER = "/api/v1/ledger";
    private static final String FILES = "/api/v1/files";
    private static final String EVENTS = "/events";
    /** What stands around the name of the device. */
    private static final int EVENTS_AROUND = DEVICES.length() + 1 + EVENTS.length();

    private static final List<String> PATHS = List.of(
            "/",
            "/metrics",
            "/healthz",
            "/readyz",
            DEVICES,
            DEVICES + "/{name or id}",
            DEVICES + "/{name or id}" + EVENTS,
            LEDGER,
            FILES,
            HistoryRoute.PATH + "?device={name or id}",
            TapStream.PATH);
    private static final long BOOKS_SECONDS = 10;

    /** A name is at most 64 bytes, a label 17 characters more. */
    private static final int MAX_LABEL_CHARS = 128;

    private final Books books;
    private final ServerMetrics metrics;
    private final Health health;
    private final PageInfo info;
    private final InstantSource clock;
    private final Executor executor;
    private final Map<String, PageFile> files = PageFile.all();
    private volatile Supplier<List<FileView>> stored = List::of;
    private final HistoryRoute history = new HistoryRoute();

    Router(Books books, ServerMetrics metrics, Health health, PageInfo info, InstantSource clock, Executor executor) {
        this.books = books;
        this.metrics = metrics;
        this.health = health;
        this.info = info;
        this.clock = clock;
        this.executor = executor;
    }

    /** Lists these files; before the first request. */
    void listFiles(Supplier<List<FileView>> supplier) {
        stored = supplier;
    }

    /** The reply to a GET. Ownership of its body goes to the caller. Fails only when the server cannot answer now. */
    CompletableFuture<Reply> route(HttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(originForm(request.uri()));
        String path = uri.rawPath();
        PageFile file = files.get(path);
        if (file != null) {
            return CompletableFuture.completedFuture(Reply.ok(file.contentType(), file.content()));
        }
        if (path.length() > EVENTS_AROUND && path.startsWith(DEVICES + "/") && path.endsWith(EVENTS)) {
            return named(
                    path.substring(DEVICES.length() + 1, path.length() - EVENTS.length()),
                    label -> limited(books.talk(label)).thenApplyAsync(Router::talkReply, executor));
        }
        if (path.startsWith(DEVICES + "/")) {
            return device(path.substring(DEVICES.length() + 1));
        }
        return switch (path) {
            case "/metrics" -> scrape(request.headers());
            case "/healthz" -> CompletableFuture.completedFuture(live());
            case "/readyz" -> CompletableFuture.completedFuture(ready());
            case DEVICES -> devices(uri);
            case LEDGER -> ledger();
            case FILES ->
                CompletableFuture.supplyAsync(
                        () -> Reply.json(OK, Json.encode(g -> FileJson.write(g, stored.get()))), executor);
            case TapStream.PATH -> CompletableFuture.completedFuture(noTap(request));
            default -> CompletableFuture.completedFuture(notFound("no such path"));
        };
    }

    /** Whether the answer is a stream instead of a reply. */
    boolean isTap(HttpRequest request) {
        return path(request).equals(TapStream.PATH);
    }

    /** Who answers a request of readings; null when it is none. */
    @Nullable
    HistoryRoute history(HttpRequest request) {
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        return reads && path(request).equals(HistoryRoute.PATH) ? history : null;
    }

    /** Where readings come from; before the first request. */
    void serveHistory(History from) {
        history.serve(from);
    }

    /** What decides who answers a request. */
    static String path(HttpRequest request) {
        return new QueryStringDecoder(originForm(request.uri())).rawPath();
    }

    /** What a tap gets that is no stream. */
    private static Reply noTap(HttpRequest request) {
        return request.method().equals(HttpMethod.HEAD)
                ? new Reply(OK, TapStream.CONTENT_TYPE, Map.of(), Unpooled.EMPTY_BUFFER)
                : Reply.error(
                        SERVICE_UNAVAILABLE,
                        TapHub.MAX_TAPS + " taps are open already; end one of them, or try again later");
    }

    private CompletableFuture<Reply> scrape(HttpHeaders headers) {
        return metrics.render(
                        join(headers, HttpHeaderNames.ACCEPT.toString()),
                        join(headers, HttpHeaderNames.ACCEPT_ENCODING.toString()))
                .thenApply(Router::exposition);
    }

    private static Reply exposition(Exposition exposition) {
        Map<String, String> encoding =
                exposition.gzip() ? Map.of(HttpHeaderNames.CONTENT_ENCODING.toString(), "gzip") : Map.of();
        return new Reply(OK, exposition.contentType(), encoding, Unpooled.wrappedBuffer(exposition.body()));
    }

    private Reply live() {
        return health.live() ? Reply.text(OK, "ok\n") : Reply.text(SERVICE_UNAVAILABLE, "not live\n");
    }

    private Reply ready() {
        List<String> reasons = health.notReady();
        return Reply.json(reasons.isEmpty() ? OK : SERVICE_UNAVAILABLE, Json.encode(g -> {
            g.writeBooleanField("ready", reasons.isEmpty());
            Json.strings(g, "reasons", reasons);
        }));
    }

    private CompletableFuture<Reply> devices(QueryStringDecoder uri) {
        DeviceQuery query;
        try {
            query = DeviceQuery.of(uri.parameters());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reply.error(BAD_REQUEST, String.valueOf(e.getMessage())));
        }
        // One more than asked for tells whether there is a next page.
        return limited(books.devices(query.after(), query.limit() + 1, query.full()))
                .thenApplyAsync(found -> Reply.json(OK, Json.encode(g -> writePage(g, found, query))), executor);
    }

    private static void writePage(JsonGenerator g, List<DeviceView> found, DeviceQuery query) throws IOException {
        int count = Math.min(found.size(), query.limit());
        g.writeArrayFieldStart("devices");
        for (DeviceView device : found.subList(0, count)) {
            g.writeStartObject();
            DeviceJson.write(g, device, query.full());
            g.writeEndObject();
        }
        g.writeEndArray();
        g.writeStringField(
                "next", found.size() > count ? Names.hex(found.get(count - 1).id()) : null);
    }

    private CompletableFuture<Reply> device(String segment) {
        return named(segment, label -> limited(books.device(label)).thenApplyAsync(Router::deviceReply, executor));
    }

    private static CompletableFuture<Reply> named(String segment, Function<String, CompletableFuture<Reply>> answer) {
        String label;
        try {
            // A plus is a plus here; the decoder knows it as a blank, as in forms.
            label = QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reply.error(BAD_REQUEST, "the path is not percent-encoded"));
        }
        if (label.isEmpty() || label.length() > MAX_LABEL_CHARS) {
            return CompletableFuture.completedFuture(notFound("no such device"));
        }
        return answer.apply(label);
    }

    private static Reply talkReply(Optional<TalkView> talk) {
        return talk.map(found -> Reply.json(OK, Json.encode(g -> TalkJson.write(g, found))))
                .orElseGet(() -> notFound("no such device"));
    }

    private static Reply deviceReply(Optional<DeviceView> device) {
        return device.map(found -> Reply.json(OK, Json.encode(g -> DeviceJson.write(g, found, true))))
                .orElseGet(() -> notFound("no such device"));
    }

    private CompletableFuture<Reply> ledger() {
        return limited(books.snapshot())
                .thenApplyAsync(
                        snapshot -> Reply.json(OK, Json.encode(g -> LedgerJson.write(g, snapshot, info, nowMicros()))),
                        executor);
    }

    private long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private static Reply notFound(String error) {
        return Reply.json(NOT_FOUND, Json.encode(g -> {
            g.writeStringField("error", error);
            Json.strings(g, "paths", PATHS);
        }));
    }

    /** A copy, so that the time limit does not fail a future that others hold. */
    private static <T> CompletableFuture<T> limited(CompletableFuture<T> answer) {
        return answer.copy().orTimeout(BOOKS_SECONDS, TimeUnit.SECONDS);
    }

    /** Several fields of one name are one list (RFC 9110 §5.3). */
    private static @Nullable String join(HttpHeaders headers, String name) {
        List<String> values = headers.getAll(name);
        return values.isEmpty() ? null : String.join(",", values);
    }

    /** Path and query of a target that names the server too, as proxies send it. */
    private static String originForm(String target) {
        int scheme = target.regionMatches(true, 0, "http://", 0, 7)
                ? 7
                : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
        if (scheme == 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme);
        return slash < 0 ? "/" : target.substring(slash);
    }
}
