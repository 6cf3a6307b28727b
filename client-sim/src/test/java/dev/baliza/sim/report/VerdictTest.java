package dev.baliza.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Message;
import dev.baliza.sim.device.Channels;
import dev.baliza.sim.device.Defects;
import dev.baliza.sim.device.Departure;
import dev.baliza.sim.device.DeviceClock;
import dev.baliza.sim.device.Life;
import dev.baliza.sim.device.Plan;
import dev.baliza.sim.device.VirtualDevice;
import dev.baliza.sim.device.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verdict without a server: books that are right, and books with one thing wrong. */
class VerdictTest {
    private static final long EPOCH = 1_800_000_000L;
    private static final ServerBooks.Totals QUIET = new ServerBooks.Totals(0, 0, 0, 0, "a");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every frame whose turn it is does not leave. */
    private int dropEvery = Integer.MAX_VALUE;

    private long offered;
    private long written;
    private long now = 1_800_000_000_000_000L;

    private final Wire wire = new Wire() {
        @Override
        public void send(ByteBuffer frame, @Nullable Departure departure, boolean sheltered) {
            if (!sheltered && ++offered % dropEvery == 0) {
                return;
            }
            written++;
            if (departure != null) {
                departure.onWire();
            }
        }

        @Override
        public boolean isUp() {
            return true;
        }
    };
    private VirtualDevice device = device(false);

    @BeforeEach
    void aRunOfTwentyFrames() {
        device = run(false);
    }

    private VirtualDevice device(boolean reliable) {
        Plan plan = new Plan(
                Channels.set(2, 10),
                false,
                List.of(),
                10_000,
                2,
                2,
                reliable,
                false,
                true,
                1_200,
                Plan.MAX_LIFE_FRAMES,
                DeviceClock.right(),
                Defects.NONE);
        return new VirtualDevice("test-1", plan, 7, () -> new BootNonce(1, 1), now, wire, null, latency -> {});
    }

    private VirtualDevice run(boolean reliable) {
        VirtualDevice one = device(reliable);
        written = 0;
        offered = 0;
        one.tick(now);
        one.receive(
                new Message.Welcome(
                        new BootNonce(1, 1),
                        EPOCH,
                        AckLevel.COUNTED,
                        false,
                        false,
                        1_024,
                        65_535,
                        65_507,
                        9,
                        0,
                        60,
                        List.of()),
                now);
        for (int i = 0; i < 100; i++) {
            now += 5_000;
            one.receive(new Message.Ack(EPOCH, one.issued(), AckLevel.COUNTED, List.of(), List.of()), now);
            one.tick(now);
        }
        one.finish();
        for (int i = 0; i < 3; i++) {
            one.tick(now);
            one.receive(new Message.Ack(EPOCH, one.issued(), AckLevel.COUNTED, List.of(), List.of()), now);
        }
        one.tick(now);
        one.receive(new Message.Pong(0, 1, 2, ByteBuffer.allocate(0)), now);
        assertThat(one.phase()).isEqualTo(VirtualDevice.Phase.DONE);
        return one;
    }

    /** Books as a right server has them. */
    private ObjectNode books() {
        Life life = device.lives().get(0);
        ObjectNode json = JSON.createObjectNode();
        ObjectNode frames = json.putObject("frames");
        frames.put("accepted", life.framesOnWire());
        frames.put("duplicate", life.copiesOnWire() - life.framesOnWire());
        frames.put("control", written - life.copiesOnWire());
        ObjectNode epoch = json.putArray("epochs").addObject();
        epoch.put("epoch", EPOCH).put("base", 0).put("next", life.issued());
        epoch.putObject("ledger").put("accepted", life.framesOnWire()).put("lost", life.issued() - life.framesOnWire());
        json.put("readings", device.tally().readings());
        var series = json.putArray("series");
        for (int c = 0; c < 2; c++) {
            ChannelDescription channel = device.channels().get(c);
            series.addObject()
                    .put("quantity", channel.quantity())
                    .put("channel", channel.label())
                    .put("count", device.tally().count(c))
                    .put("rawSum", Long.toString(device.tally().rawSum(c)))
                    .put("sum", device.tally().sum(c, 0))
                    .put("last", device.tally().newest(c, 0));
        }
        json.set("ledger", epoch.path("ledger").deepCopy());
        return json;
    }

    private Verdict judge(boolean reliable, ObjectNode json) {
        return new Verdict(reliable, List.of(new DeviceRun(device, written, 0, 0, 0, 0)), Map.of())
                .judge(QUIET, QUIET, Map.of(device.id(), new ServerBooks.Device(json)));
    }

    private static ObjectNode at(ObjectNode json, String pointer) {
        return (ObjectNode) json.at(pointer);
    }

    private static void raise(ObjectNode node, String field, long by) {
        node.put(field, node.path(field).asLong() + by);
    }

    @Test
    void rightBooksBalance() {
        Verdict verdict = judge(true, books());
        assertThat(verdict.differences()).isEmpty();
        assertThat(verdict.accepted()).isEqualTo(device.issued()).isGreaterThan(20);
    }

    @Test
    void aDeviceThatTheServerDoesNotKnowIsNamed() {
        Verdict verdict = new Verdict(true, List.of(new DeviceRun(device, written, 0, 0, 0, 0)), Map.of())
                .judge(QUIET, QUIET, Map.of());
        assertThat(verdict.differences()).singleElement().asString().contains("test-1", "does not know it");
    }

    @Test
    void aCounterRaisedTwiceIsNamed() {
        ObjectNode json = books();
        raise(at(json, "/series/0"), "count", 1);
        assertThat(judge(true, json).differences())
                .singleElement()
                .asString()
                .contains("test-1 series temperature/ch", "I8");
        json = books();
        raise(json, "readings", 2);
        assertThat(judge(true, json).differences()).singleElement().asString().contains("readings", "I8");
        json = books();
        raise(at(json, "/epochs/0/ledger"), "accepted", 1);
        raise(at(json, "/ledger"), "accepted", 1);
        assertThat(judge(true, json).differences())
                .anySatisfy(d -> assertThat(d).contains("epoch " + EPOCH, "I1"))
                .anySatisfy(d -> assertThat(d).contains("were accepted (I4)"));
    }

    @Test
    void aDuplicateThatWasAcceptedIsNamed() {
        ObjectNode json = books();
        raise(at(json, "/frames"), "duplicate", 1);
        raise(at(json, "/frames"), "control", -1);
        assertThat(judge(true, json).differences()).singleElement().asString().contains("copies beyond the first");
    }

    @Test
    void aValueThatIsNotTheNewestIsNamed() {
        ObjectNode json = books();
        at(json, "/series/1").put("last", device.tally().newest(1, 0) + 0.001);
        assertThat(judge(true, json).differences()).singleElement().asString().contains("newest value");
    }

    @Test
    void aSumThatIsOffByOneIsNamed() {
        ObjectNode json = books();
        at(json, "/series/1").put("rawSum", Long.toString(device.tally().rawSum(1) + 1));
        assertThat(judge(true, json).differences()).singleElement().asString().contains("raw sum");
    }

    @Test
    void imbalanceOfTheServerItselfIsNamed() {
        Verdict verdict = new Verdict(true, List.of(new DeviceRun(device, written, 0, 0, 0, 0)), Map.of())
                .judge(
                        QUIET,
                        new ServerBooks.Totals(3, 0, 0, 0, "a"),
                        Map.of(device.id(), new ServerBooks.Device(books())));
        assertThat(verdict.differences()).singleElement().asString().contains("off by 3");
    }

    @Test
    void bestEffortLossMustBeCountedToTheFrame() {
        dropEvery = 4;
        device = run(false);
        Life life = device.lives().get(0);
        assertThat(life.framesOnWire()).isLessThan(device.issued());
        Verdict right = judge(false, books());
        assertThat(right.differences()).isEmpty();
        assertThat(right.lost()).isEqualTo(device.issued() - life.framesOnWire());
        ObjectNode json = books();
        at(json, "/epochs/0").put("next", life.framesOnWire());
        at(json, "/epochs/0/ledger").put("lost", 0);
        at(json, "/ledger").put("lost", 0);
        assertThat(judge(false, json).differences()).singleElement().asString().contains("but the server expects");
    }

    @Test
    void onlyTheDifferenceToBeforeTheRunCounts() {
        ObjectNode before = JSON.createObjectNode();
        before.putObject("frames").put("accepted", 500).put("control", 3);
        before.put("readings", 1_000);
        before.putObject("ledger").put("accepted", 500);
        ObjectNode after = books();
        raise(at(after, "/frames"), "accepted", 500);
        raise(at(after, "/frames"), "control", 3);
        raise(after, "readings", 1_000);
        raise(at(after, "/ledger"), "accepted", 500);
        Verdict verdict = new Verdict(
                        true,
                        List.of(new DeviceRun(device, written, 0, 0, 0, 0)),
                        Map.of(device.id(), new ServerBooks.Device(before)))
                .judge(QUIET, QUIET, Map.of(device.id(), new ServerBooks.Device(after)));
        assertThat(verdict.differences()).isEmpty();
    }

    @Test
    void epochsThatClosedAreJudgedTogether() {
        ObjectNode json = books();
        json.putArray("epochs");
        assertThat(judge(true, json).differences()).isEmpty();
        raise(at(json, "/ledger"), "accepted", -1);
        assertThat(judge(true, json).differences())
                .anySatisfy(d -> assertThat(d).contains("test-1 closed epochs", "I4"));
    }

    @Test
    void everyDamagedDatagramMustBeInOneCounter() {
        DeviceRun run = new DeviceRun(device, written, 3, 3, 0, 0);
        Map<Long, ServerBooks.Device> after = Map.of(device.id(), new ServerBooks.Device(books()));
        ServerBooks.Totals three = new ServerBooks.Totals(0, 3, 3, 0, "a");
        assertThat(new Verdict(true, List.of(run), Map.of())
                        .judge(QUIET, three, after)
                        .differences())
                .isEmpty();
        assertThat(new Verdict(true, List.of(run), Map.of())
                        .judge(QUIET, QUIET, after)
                        .differences())
                .singleElement()
                .asString()
                .contains("3 damaged datagrams");
    }

    @Test
    void datagramsOfOthersAreNotOurs() {
        DeviceRun run = new DeviceRun(device, written, 3, 3, 0, 0);
        Map<Long, ServerBooks.Device> after = Map.of(device.id(), new ServerBooks.Device(books()));
        ServerBooks.Totals flood = new ServerBooks.Totals(0, 5_000, 4_000, 0, "a");
        assertThat(new Verdict(true, List.of(run), Map.of())
                        .judge(QUIET, flood, after)
                        .differences())
                .isEmpty();
    }
}
