package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The server's ledger, as its HTTP API tells it. Thread: any; blocks. */
public final class ServerBooks {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int UNAUTHORIZED = 401;

    private final HttpClient client;
    private final ObjectMapper json = new ObjectMapper();
    private final WebServer server;

    /** One device of the API; the accessors read its JSON. */
    public record Device(JsonNode json) {
        static final Device NONE = new Device(new ObjectMapper().createObjectNode());

        long frames(String outcome) {
            return json.path("frames").path(outcome).asLong();
        }

        long allFrames() {
            long sum = 0;
            for (JsonNode count : json.path("frames")) {
                sum += count.asLong();
            }
            return sum;
        }

        /** The ledger over all epochs, closed ones too. */
        JsonNode totals() {
            return json.path("ledger");
        }

        long readings() {
            return json.path("readings").asLong();
        }

        /** Events, texts and results. */
        long talk() {
            return json.path("talk").asLong();
        }

        /** The ledger of an open epoch; missing when there is none. */
        JsonNode epoch(long epoch) {
            for (JsonNode one : json.path("epochs")) {
                if (one.path("epoch").asLong() == epoch) {
                    return one;
                }
            }
            return json.path("no such epoch");
        }

        /** A series by quantity, channel and the number of its component; missing when there is none. */
        JsonNode series(String quantity, String channel, int component) {
            int at = 0;
            for (JsonNode one : json.path("series")) {
                if (one.path("quantity").asText().equals(quantity)
                        && one.path("channel").asText().equals(channel)
                        && at++ == component) {
                    return one;
                }
            }
            return json.path("no such series");
        }
    }

    /**
     * Sums over all devices.
     *
     * @param imbalance the server's own word on its laws; 0 when all hold
     * @param replays sealed control frames that were seen before, on both transports
     * @param datagrams that were read, whatever became of them
     * @param badDatagrams what came by UDP and was no right frame
     * @param instance of the server process: another one counts some things anew
     */
    public record Totals(long imbalance, long datagrams, long badDatagrams, long replays, String instance) {
        static Totals of(JsonNode json) {
            long bad = json.path("datagrams").path("malformed").asLong();
            for (JsonNode count : json.path("faults").path("udp")) {
                bad += count.asLong();
            }
            long byUdp = json.path("faults").path("udp").path("replayed").asLong();
            long byTcp = json.path("faults").path("tcp").path("replayed").asLong();
            long all = 0;
            for (JsonNode count : json.path("datagrams")) {
                all += count.asLong();
            }
            return new Totals(
                    json.path("imbalance").asLong(-1),
                    all,
                    bad - byUdp,
                    byUdp + byTcp,
                    json.path("instance").asText());
        }
    }

    public ServerBooks(WebServer server) {
        this.server = server;
        this.client = server.client().connectTimeout(Duration.ofSeconds(3)).build();
    }

    /** All devices with their series, by id. */
    public Map<Long, Device> devices() throws IOException, InterruptedException {
        Map<Long, Device> devices = new HashMap<>();
        String after = "";
        do {
            JsonNode page = get("/api/v1/devices?detail=full&limit=1000" + after);
            for (JsonNode one : page.path("devices")) {
                devices.put(Long.parseUnsignedLong(one.path("id").asText(), 16), new Device(one));
            }
            after = page.path("next").isTextual()
                    ? "&after=" + page.path("next").asText()
                    : "";
        } while (!after.isEmpty());
        return devices;
    }

    /** Sums over all devices. */
    public Totals totals() throws IOException, InterruptedException {
        return Totals.of(ledger());
    }

    /** The books of the whole server, as JSON. */
    public JsonNode ledger() throws IOException, InterruptedException {
        return get("/api/v1/ledger");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = server.request(path).timeout(TIMEOUT).build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(server.url() + path + " answered " + response.statusCode()
                    + (response.statusCode() == UNAUTHORIZED
                            ? " (it wants a user: --user NAME --password-file FILE)"
                            : ""));
        }
        return json.readTree(response.body());
    }
}
