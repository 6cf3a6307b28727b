package dev.baliza.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.MessageType;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.HeardView;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.metrics.FakeBooks;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonContractTest {
    private static final String LEDGER = """
            {"expected":10,"accepted":6,"rejected":1,"lost":1,"missing":1,"outstanding":1,"late":2,"imbalance":0}""";
    private static final String BRIEF = """
            {"id":"fedcba9876543210","label":"lab-1","name":null,"transport":"udp","peer":"127.0.0.1:4711",
             "firstSeenMicros":1000000,"lastSeenMicros":2000000,"currentEpoch":7,
             "frames":{"control":0,"accepted":6,"rejected":0,"duplicate":3,"too_old":0,"conflict":0,"overflow":0,
                       "refused":0,"stale":0,"unaccounted":0},
             "refused":{"jump":1},
             "ledger":LEDGER,
             "epochs":[{"epoch":7,"state":"current","based":true,"base":0,"floor":8,"cum":7,"next":10,"pending":0,
                        "ledger":LEDGER}],
             "closedEpochs":2,"readings":60,"talk":4,"clock":{"offsetSeconds":-0.25,"roundTripSeconds":0.004,"driftPpm":12.5}}""".replace("LEDGER", LEDGER);
    private static final String SERIES = """
            [{"quantity":"temperature","channel":"inlet","component":"","unit":"Cel","type":"I32",
              "metric":"sensor_temperature_celsius","refused":null,"count":5,"skipped":1,"rawSum":"-9223372036854775808","sum":21.5,
              "last":null,"lastMicros":3000000,"expiresMicros":6000000,"text":null},
             {"quantity":"state","channel":"door","component":"","unit":"","type":"TEXT","metric":null,"refused":"name","count":1,
              "skipped":0,"rawSum":"0","sum":null,"last":0.0,"lastMicros":1,"expiresMicros":0,"text":"<b>\\"open\\""}]""";

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void aDeviceIsWhatTheSimulatorReads() throws IOException {
        var device = Devices.device(0xfedcba9876543210L, "lab-1", null);
        JsonNode brief = parse(g -> DeviceJson.write(g, device, false));
        JsonNode full = parse(g -> DeviceJson.write(g, device, true));
        assertThat(brief).isEqualTo(mapper.readTree(BRIEF));
        assertThat(full.path("series")).isEqualTo(mapper.readTree(SERIES));
        assertThat(names(full)).containsExactlyElementsOf(with(names(brief), "series"));
    }

    @Test
    void whatWasSaidIsShownWithIdsInHexadecimal() throws IOException {
        TalkView talk = new TalkView(
                0xD0D0_0001L,
                "lab-1",
                List.of(new HeardView(MessageType.EVENT, 20, 10, 4, true, "", "{\"door\":1}")),
                7,
                1,
                List.of(new DownlinkView(
                        0xF00D_0000_0000_0001L,
                        "lab-1",
                        MessageType.COMMAND,
                        "",
                        "identify",
                        DownlinkState.DONE,
                        3,
                        "hot",
                        30,
                        40,
                        50,
                        2)));

        assertThat(parse(g -> TalkJson.write(g, talk))).isEqualTo(new ObjectMapper().readTree("""
                        {"id":"00000000d0d00001","label":"lab-1","heard":7,"results":1,
                         "events":[{"type":"event","atMicros":20,"timeMicros":10,"severity":4,"json":true,"author":"",
                                    "text":"{\\"door\\":1}"}],
                         "sent":[{"id":"f00d000000000001","type":"command","author":"","text":"identify","state":"done",
                                  "exitStatus":3,"output":"hot","queuedMicros":30,"changedMicros":40,
                                  "deadlineMicros":50,"transmissions":2}]}"""));
    }

    @Test
    void theLedgerHasEverythingTheSnapshotHas() throws IOException {
        FakeBooks books = new FakeBooks();
        JsonNode ledger = parse(g -> LedgerJson.write(g, books.now(), new PageInfo("1.2.3", true, 0xCAFE), 5_000_000));
        assertThat(names(ledger))
                .containsExactly(
                        "version",
                        "insecure",
                        "instance",
                        "nowMicros",
                        "imbalance",
                        "ledger",
                        "received",
                        "frames",
                        "faults",
                        "datagrams",
                        "readings",
                        "skipped",
                        "seriesRefused",
                        "kernelDrops",
                        "refused",
                        "rejected",
                        "events",
                        "gauges");
        assertThat(ledger.path("ledger").path("expected").asLong()).isEqualTo(100);
        assertThat(ledger.path("received")).isEqualTo(mapper.readTree("""
                        {"datagrams":90,"framed":{"tcp":0,"udp":91},"authenticated":{"tcp":0,"udp":87}}"""));
        assertThat(ledger.path("frames").path("tcp")).hasSize(Outcome.values().length);
        assertThat(ledger.path("frames").path("udp").path("duplicate").asLong()).isEqualTo(7);
        assertThat(ledger.path("faults").path("tcp")).hasSize(FrameFault.values().length);
        assertThat(ledger.path("datagrams")).hasSize(DatagramOutcome.values().length);
        assertThat(ledger.path("skipped")).hasSize(SkipReason.values().length);
        assertThat(ledger.path("seriesRefused")).hasSize(SeriesRefusal.values().length);
        assertThat(ledger.path("seriesRefused").path("unit").asLong()).isEqualTo(3);
        assertThat(ledger.path("kernelDrops").asLong()).isEqualTo(9);
        assertThat(ledger.path("readings").path("tcp").asLong(-1)).isZero();
        assertThat(ledger.path("gauges").path("devices").asLong()).isEqualTo(2);
        assertThat(ledger.path("insecure").asBoolean()).isTrue();
    }

    private JsonNode parse(Json.Fields fields) throws IOException {
        ByteBuf buffer = Json.encode(fields);
        try {
            return mapper.readTree(buffer.toString(UTF_8));
        } finally {
            buffer.release();
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> with(List<String> names, String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }
}
