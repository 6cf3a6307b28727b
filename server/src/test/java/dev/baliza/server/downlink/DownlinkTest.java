package dev.baliza.server.downlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import dev.baliza.server.books.DownlinkState;
import dev.baliza.server.books.DownlinkView;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operators' door, with two shards of two devices each. */
class DownlinkTest {
    private static final long INSTANCE = 0xF00D_0001L;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final DownlinkCounts counts = new DownlinkCounts();
    private final Downlink downlink = new Downlink(INSTANCE, List.of(door("lab-1", "lab-2"), door("roof-1", "lab-3")));

    private Door door(String... labels) {
        List<Conversation> all = IntStream.range(0, labels.length)
                .mapToObj(i -> new Conversation(i + 1, () -> labels[i], counts, () -> {}))
                .toList();
        Directory directory = new Directory() {
            @Override
            public List<Conversation> find(String name) {
                String prefix = name.endsWith("*") ? name.substring(0, name.length() - 1) : name + "\n";
                return all.stream()
                        .filter(one -> (one.label() + "\n").startsWith(prefix))
                        .toList();
            }

            @Override
            public List<Conversation> all() {
                return all;
            }
        };
        return task -> task.run(directory, 5_000_000);
    }

    @Test
    void aGroupGetsOneReceiptForEachDevice() {
        List<Receipt> receipts = downlink.say("lab-*", "ada", "hello").join();

        assertThat(receipts).extracting(Receipt::device).containsExactly("lab-1", "lab-2", "lab-3");
        Set<Long> ids = new HashSet<>();
        assertThat(receipts)
                .allSatisfy(one -> assertThat(ids.add(one.id())).isTrue())
                .allSatisfy(one -> assertThat(one.id() >>> 32).isEqualTo(INSTANCE));
    }

    @Test
    void nobodyIsARefusalThatSaysWhatToDo() {
        assertThat(downlink.say("cellar", "ada", "hello").join())
                .singleElement()
                .satisfies(one -> assertThat(one.refusal()).contains("no such device"));
    }

    @Test
    void aStatusShowsTheCommandWithItsArguments() {
        Message.Command.Argument millis = new Message.Command.Argument("millis", SensorType.U32, new Value.Whole(250));
        long id = downlink.command("roof-1", "set-interval", List.of(millis), MINUTE)
                .join()
                .get(0)
                .id();

        DownlinkView status = downlink.status(id).join().orElseThrow();

        assertThat(status.text()).isEqualTo("set-interval millis=250");
        assertThat(status.state()).isEqualTo(DownlinkState.QUEUED);
        assertThat(status.device()).isEqualTo("roof-1");
        assertThat(status.deadlineMicros()).isEqualTo(65_000_000);
        assertThat(downlink.history("roof-1").join().orElseThrow().sent()).containsExactly(status);
        assertThat(downlink.status(1).join()).isEmpty();
        assertThat(downlink.history("cellar").join()).isEmpty();
    }

    @Test
    void whatDoesNotFitOneDatagramIsRefusedAtOnce() { // SPEC §7.7.1
        List<Message.Command.Argument> long8 = Stream.of("a", "b")
                .map(name -> new Message.Command.Argument(name, SensorType.TEXT, Value.Octets.of("x".repeat(540))))
                .toList();

        assertThatThrownBy(() -> downlink.command("lab-1", "set", long8, MINUTE))
                .hasMessageContaining("more than 1100 bytes");
        assertThatThrownBy(() -> downlink.say("lab-1", "ada", "ż".repeat(501))).hasMessageContaining("1002 bytes");
        assertThatThrownBy(() -> downlink.say("lab-1", "a".repeat(65), "")).hasMessageContaining("author");
    }

    @Test
    void namesAndDeadlinesHaveRules() {
        assertThatThrownBy(() -> downlink.command("lab-1", "Set", List.of(), MINUTE))
                .hasMessageContaining("command's name");
        Message.Command.Argument wrong = new Message.Command.Argument("../x", SensorType.U8, new Value.Whole(1));
        assertThatThrownBy(() -> downlink.command("lab-1", "set", List.of(wrong), MINUTE))
                .hasMessageContaining("argument's name");
        assertThatThrownBy(() -> downlink.command("lab-1", "set", List.of(), Duration.ofMillis(10)))
                .hasMessageContaining("deadline");
    }
}
