package dev.baliza.cli.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.baliza.cli.doctor.ServerFacts.Connect;
import dev.baliza.cli.doctor.ServerFacts.Echo;
import dev.baliza.cli.doctor.ServerFacts.Port;
import dev.baliza.cli.doctor.ServerFacts.Web;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.server.BalizaServer;
import dev.baliza.server.PortHolders;
import dev.baliza.server.SocketTable;
import dev.baliza.server.SocketTable.Protocol;
import dev.baliza.sim.StationLink;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Looks at a server from outside. Thread: the caller's; blocks for some seconds when nothing answers. */
final class ServerProbe {
    private static final Path PROC = Path.of("/proc");
    private static final int WAIT_MILLIS = 2_000;
    private static final int PINGS = 5;
    private static final int PING_BYTES = 64;
    /** More than any common path takes in one piece. */
    private static final int LARGE_BYTES = 8_192;

    private static final int UNAUTHORIZED = 401;
    private static final int BODY_CHARS = 200;

    private final InetSocketAddress device;
    private final @Nullable TlsContext tls;
    private final WebServer http;
    private final HttpClient client;

    /** @param tls of the device port; null: in the clear */
    ServerProbe(InetSocketAddress device, @Nullable TlsContext tls, WebServer http) {
        this.device = device;
        this.tls = tls;
        this.http = http;
        this.client =
                http.client().connectTimeout(Duration.ofMillis(WAIT_MILLIS)).build();
    }

    ServerFacts look() throws InterruptedException {
        Connect connect = connect();
        Optional<Echo> tcp =
                connect.problem().isEmpty() ? Optional.of(ping(true, PINGS, PING_BYTES)) : Optional.empty();
        Echo udp = ping(false, PINGS, PING_BYTES);
        Echo large = udp.back() == 0 ? new Echo(0, 0, LARGE_BYTES, 0, 0) : ping(false, 2, LARGE_BYTES);
        Web web = web();
        boolean local = isLocal();
        return new ServerFacts(
                BalizaServer.text(device),
                http.url(),
                connect,
                tcp,
                udp,
                large,
                web,
                local ? ports(tcp.isPresent() && tcp.get().back() > 0, udp.back() > 0, web) : List.of(),
                local && udp.back() > 0 ? socketDrops() : 0);
    }

    private Connect connect() {
        long begin = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(device, WAIT_MILLIS);
            return new Connect((System.nanoTime() - begin) / 1e6, "");
        } catch (SocketTimeoutException e) {
            return new Connect(0, "no answer within " + WAIT_MILLIS + " ms");
        } catch (IOException e) {
            return new Connect(0, String.valueOf(e.getMessage()));
        }
    }

    private Echo ping(boolean tcp, int count, int bytes) throws InterruptedException {
        byte[] echo = new byte[bytes];
        new Random().nextBytes(echo);
        List<Double> millis = new ArrayList<>();
        double fastest = Double.MAX_VALUE;
        double ahead = 0;
        try (StationLink link = new StationLink(device, tcp, tls)) {
            if (!link.awaitUp(WAIT_MILLIS)) {
                return new Echo(count, 0, bytes, 0, 0);
            }
            for (int i = 0; i < count; i++) {
                long t1 = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                long sent = System.nanoTime();
                link.send(new Message.Ping(t1, ByteBuffer.wrap(echo)), 0);
                Message answer = link.next(millis.isEmpty() && i > 0 ? WAIT_MILLIS / 4 : WAIT_MILLIS / 2);
                if (!(answer instanceof Message.Pong pong)
                        || pong.t1() != t1
                        || !pong.echo().equals(ByteBuffer.wrap(echo))) {
                    continue;
                }
                double trip = (link.arrivalNanos() - sent) / 1e6;
                millis.add(trip);
                if (trip < fastest) {
                    fastest = trip;
                    double t4 = t1 + trip * 1_000;
                    ahead = ((pong.t2() - (double) t1) + (pong.t3() - t4)) / 2 / 1e6;
                }
            }
        }
        millis.sort(null);
        return new Echo(count, millis.size(), bytes, millis.isEmpty() ? 0 : millis.get(millis.size() / 2), ahead);
    }

    private Web web() throws InterruptedException {
        try {
            HttpResponse<String> ready = get("/readyz");
            boolean ours = ready.statusCode() == 200 || ready.statusCode() == 503;
            HttpResponse<String> ledger = ours ? get("/api/v1/ledger") : ready;
            boolean asks = ledger.statusCode() == UNAUTHORIZED;
            return new Web(ready.statusCode(), cut(ready.body()), ours && !asks ? version(ledger.body()) : null, asks);
        } catch (HttpTimeoutException e) {
            return new Web(0, "no answer within " + WAIT_MILLIS + " ms", null, false);
        } catch (IOException e) {
            String text = e.getMessage();
            return new Web(0, text == null ? "connection refused" : text, null, false);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                http.request(path).timeout(Duration.ofMillis(WAIT_MILLIS)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static @Nullable String version(String ledger) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(ledger)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME && "version".equals(json.currentName())) {
                    return json.nextTextValue();
                }
            }
        } catch (com.fasterxml.jackson.core.JsonParseException e) {
            return null; // another program's page
        }
        return null;
    }

    private static String cut(String body) {
        String line = body.replaceAll("[^\\x20-\\x7e]", " ").strip();
        return line.length() <= BODY_CHARS ? line : line.substring(0, BODY_CHARS) + "…";
    }

    private boolean isLocal() {
        try {
            return device.getAddress().isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(device.getAddress()) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private List<Port> ports(boolean tcpAnswers, boolean udpAnswers, Web web) {
        PortHolders holders = new PortHolders(PROC);
        return List.of(
                new Port("tcp", device.getPort(), holders.of(Protocol.TCP, device), tcpAnswers),
                new Port("udp", device.getPort(), holders.of(Protocol.UDP, device), udpAnswers),
                new Port(
                        "http",
                        http.address().getPort(),
                        holders.of(Protocol.TCP, http.address()),
                        web.version() != null || web.wantsUser()));
    }

    private long socketDrops() {
        return SocketTable.read(PROC, Protocol.UDP).stream()
                .filter(socket -> socket.local().getPort() == device.getPort())
                .mapToLong(SocketTable.Entry::drops)
                .sum();
    }
}
