package dev.baliza.cli.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LawsTest {
    private static final String DEVICE = """
            {"label":"lab-1","readings":60,
             "ledger":{"expected":30,"accepted":26,"rejected":1,"lost":1,"missing":1,"outstanding":1,"imbalance":0},
             "epochs":[{"epoch":7,"based":true,"base":20,"next":30,"pending":1,
                        "ledger":{"expected":10,"accepted":6,"rejected":1,"lost":1,"missing":1,"outstanding":1,
                                  "imbalance":0}}]}""";
    private static final String SERVER = """
            {"imbalance":0,
             "received":{"datagrams":90,"framed":{"tcp":50,"udp":90},"authenticated":{"tcp":50,"udp":85}},
             "frames":{"tcp":{"accepted":40,"control":10},"udp":{"accepted":80,"duplicate":3}},
             "faults":{"tcp":{"bad_checksum":0},"udp":{"bad_checksum":4}},
             "datagrams":{"parsed":88,"malformed":2},
             "readings":{"tcp":50,"udp":10},
             "rejected":{"BAD_VALUE":1},
             "ledger":{"expected":30,"accepted":26,"rejected":1,"lost":1,"missing":1,"outstanding":1,"imbalance":0},
             "gauges":{"pending_frames":2,"handover_frames":1}}""";

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static List<String> broken(String device, String before, String after) throws Exception {
        Laws laws = new Laws();
        JsonNode one = json(device);
        laws.device(one);
        laws.server(json(before));
        laws.sums(List.of(one), json(before), json(after));
        return laws.all().stream()
                .filter(law -> !law.broken().isEmpty())
                .map(Law::id)
                .toList();
    }

    @Test
    void rightBooksHold() throws Exception {
        assertThat(broken(DEVICE, SERVER, SERVER)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I1|\"next\":30|\"next\":31",
                "I1|\"accepted\":6|\"accepted\":7",
                "I1|\"pending\":1|\"pending\":3",
                "I1|\"base\":20|\"base\":19",
                "own|\"outstanding\":1,\"imbalance\":0|\"outstanding\":1,\"imbalance\":2",
            })
    void oneWrongNumberOfADeviceIsFound(String law, String right, String wrong) throws Exception {
        assertThat(DEVICE).contains(right);
        assertThat(broken(DEVICE.replace(right, wrong), SERVER, SERVER)).contains(law);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I2|\"control\":10|\"control\":9",
                "I2|\"pending_frames\":2|\"pending_frames\":0",
                "I3a|\"malformed\":2|\"malformed\":1",
                "I3b|\"udp\":90|\"udp\":91",
                "I3b|\"handover_frames\":1|\"handover_frames\":0",
                "sums|\"accepted\":26|\"accepted\":27",
                "sums|\"BAD_VALUE\":1|\"BAD_VALUE\":2",
                "sums|\"tcp\":50,\"udp\":10|\"tcp\":50,\"udp\":11",
                "own|{\"imbalance\":0|{\"imbalance\":1",
            })
    void oneWrongNumberOfTheServerIsFound(String law, String right, String wrong) throws Exception {
        assertThat(SERVER).contains(right);
        String changed = SERVER.replace(right, wrong);
        assertThat(broken(DEVICE, changed, changed)).contains(law);
    }

    @Test
    void aServerAtWorkMayHaveCountedOnMeanwhile() throws Exception {
        String later = SERVER.replace("\"expected\":30,\"accepted\":26", "\"expected\":35,\"accepted\":31");
        assertThat(broken(DEVICE, SERVER, later)).isEmpty();
        assertThat(broken(DEVICE, later, later)).contains("sums");
    }
}
