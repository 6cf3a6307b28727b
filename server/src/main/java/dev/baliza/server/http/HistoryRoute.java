package dev.baliza.server.http;

import static io.netty.handler.codec.http.HttpResponseStatus.CONFLICT;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.history.History;
import dev.baliza.server.history.HistoryFormat;
import dev.baliza.server.history.HistoryQuery;
import dev.baliza.server.history.Scan;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/history}: decides whether a request gets readings or a reply. Thread: any. */
final class HistoryRoute {
    static final String PATH = "/api/v1/history";

    private volatile @Nullable History history;

    /** What a request gets: a reply, or a scan to be run and ended by a {@link HistoryStream}. */
    record Answer(@Nullable Reply reply, @Nullable Scan scan) {
        static Answer of(Reply reply) {
            return new Answer(reply, null);
        }
    }

    /** Without it there is no store. */
    void serve(History from) {
        history = from;
    }

    /** @throws IllegalArgumentException the query is wrong; the message is for the client */
    CompletableFuture<Answer> answer(HttpRequest request) {
        HistoryQuery query = HistoryQuery.of(new QueryStringDecoder(request.uri()).parameters(), format(request));
        History from = history;
        if (from == null) {
            return CompletableFuture.completedFuture(Answer.of(Reply.error(
                    CONFLICT, "this server stores nothing; start it with store.enabled: true and store.dir")));
        }
        return from.find(query)
                .thenApply(device -> device.map(found -> open(from, found, query, request))
                        .orElseGet(() -> Answer.of(
                                Reply.error(NOT_FOUND, "no such device; /api/v1/devices lists those that are known"))));
    }

    private static Answer open(History from, DescribedDevice device, HistoryQuery query, HttpRequest request) {
        if (request.method().equals(HttpMethod.HEAD)) {
            return Answer.of(new Reply(OK, query.format().contentType(), Map.of(), Unpooled.EMPTY_BUFFER));
        }
        Scan scan = from.open(device, query);
        return scan == null
                ? Answer.of(Reply.error(
                                SERVICE_UNAVAILABLE,
                                History.MOST
                                        + " histories are being read already; wait for one of them, or try again later")
                        .with(HttpHeaderNames.RETRY_AFTER.toString(), "5"))
                : new Answer(null, scan);
    }

    private static HistoryFormat format(HttpRequest request) {
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "").toLowerCase(Locale.ROOT);
        return accept.contains("text/csv") ? HistoryFormat.CSV : HistoryFormat.JSON;
    }

    /** Sends what a scan finds; afterwards the connection ends. */
    void stream(ChannelHandlerContext ctx, HttpRequest request, Scan scan) {
        History from = history;
        if (from != null) {
            new HistoryStream(ctx, scan, () -> from.end(scan)).start(request.protocolVersion());
        }
    }

    /** A scan that nobody takes any more. */
    void drop(Scan scan) {
        History from = history;
        if (from != null) {
            from.end(scan);
        }
    }
}
