package dev.baliza.sim.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a device makes of commands. */
class OrdersTest {
    private final List<String> done = new ArrayList<>();
    private String fault = "";
    private final Orders orders = new Orders(new Orders.Body() {
        @Override
        public String identity() {
            return "test-1";
        }

        @Override
        public String fault() {
            return fault;
        }

        @Override
        public void readNow() {
            done.add("read");
        }

        @Override
        public void interval(long millis) {
            done.add("interval " + millis);
        }

        @Override
        public void rebootAfter(Message.Result result) {
            done.add("reboot");
        }
    });

    private Message.Result give(long id, String name, Message.Command.Argument... arguments) {
        return Objects.requireNonNull(orders.take(new Message.Command(id, 60, name, List.of(arguments))));
    }

    private static Message.Command.Argument millis(SensorType type, long value) {
        return new Message.Command.Argument("millis", type, new Value.Whole(value));
    }

    @Test
    void aCommandIsCarriedOutOnce() { // SPEC §7.7.2
        assertThat(give(1, "read-now").state()).isEqualTo(Message.Result.State.DONE);
        assertThat(orders.take(new Message.Command(1, 60, "read-now", List.of())))
                .isNull();
        assertThat(done).containsExactly("read");
        assertThat(orders.carriedOut()).isEqualTo(1);
    }

    @Test
    void theLast64IdsAreRemembered() { // SPEC §7.7.2
        for (long id = 1; id <= 64; id++) {
            give(id, "read-now");
        }
        assertThat(orders.take(new Message.Command(1, 60, "read-now", List.of())))
                .isNull();
        give(65, "read-now");
        assertThat(orders.take(new Message.Command(2, 60, "read-now", List.of())))
                .isNull();
        assertThat(done).hasSize(65);
    }

    @Test
    void unknownNamesAndArgumentsAreRefusedWithWords() { // SPEC §7.7.3
        assertThat(give(1, "fly"))
                .matches(r -> r.state() == Message.Result.State.REFUSED)
                .matches(r -> r.output().startsWith("no command fly here; there are identify"));
        assertThat(give(2, "identify", millis(SensorType.U32, 1)).output()).isEqualTo("identify takes no arguments");
        assertThat(give(3, "set-interval").state()).isEqualTo(Message.Result.State.REFUSED);
        assertThat(give(4, "set-interval", millis(SensorType.I64, -5)).output()).contains("1 to 3600000");
        assertThat(give(5, "set-interval", millis(SensorType.U32, 0)).output()).contains("1 to 3600000");
        assertThat(done).isEmpty();
    }

    @Test
    void whatIsOverIsNotBegun() { // SPEC §7.7.3
        Message.Result result = orders.take(new Message.Command(1, 0, "read-now", List.of()));
        assertThat(Objects.requireNonNull(result).state()).isEqualTo(Message.Result.State.EXPIRED);
        assertThat(done).isEmpty();
    }

    @Test
    void theExitStatusTellsAFault() {
        assertThat(give(1, "self-test").exitStatus()).isZero();
        fault = "values do not change";
        assertThat(give(2, "self-test"))
                .matches(r -> r.exitStatus() == 1 && r.output().equals(fault));
        assertThat(give(3, "identify").output()).isEqualTo("test-1");
        give(4, "set-interval", millis(SensorType.U32, 20));
        give(5, "reboot");
        assertThat(done).containsExactly("interval 20", "reboot");
    }
}
