package dev.baliza.server.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TapHubTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 50_000);

    private final TapHub hub = new TapHub();
    private int woken;

    private static TapEvent event(String outcome, @Nullable ErrorCode code, @Nullable ByteBuffer bytes) {
        TapEvent.Head head = new TapEvent.Head(0x82, Names.deviceId("lab-1"), 1, 2, 3, 1);
        return new TapEvent(0, Transport.UDP, REMOTE, head, "lab-1", 84, outcome, code, null, null, Map.of(), bytes);
    }

    private Tap open(TapFilter filter) {
        return Objects.requireNonNull(hub.open(filter, () -> woken++));
    }

    private static boolean matches(String name, String value, TapEvent event) {
        return TapFilter.of(Map.of(name, List.of(value))).matches(event);
    }

    @Test
    void nobodyLooksOnUntilSomebodyDoes() {
        assertThat(hub.isOn()).isFalse();
        Tap tap = open(TapFilter.ALL);
        assertThat(hub.isOn()).isTrue();
        hub.close(tap);
        hub.close(tap);
        assertThat(hub.isOn()).isFalse();
    }

    @Test
    void oneMoreThanTheLimitIsRefusedAndCounted() {
        for (int i = 0; i < TapHub.MAX_TAPS; i++) {
            open(TapFilter.ALL);
        }
        assertThat(hub.open(TapFilter.ALL, () -> {})).isNull();
        assertThat(hub.refused()).isEqualTo(1);
        assertThat(hub.taps()).isEqualTo(TapHub.MAX_TAPS);
    }

    @Test
    void slowOnlookerLosesEventsAndIsToldHowMany() {
        Tap slow = open(TapFilter.ALL);
        for (int i = 0; i < Tap.MAX_EVENTS + 3; i++) {
            hub.publish(event("accepted", null, null));
        }
        assertThat(slow.takeLost()).isEqualTo(3);
        assertThat(slow.takeLost()).isZero();
        assertThat(hub.lost()).isEqualTo(3);
        List<TapEvent> got = new ArrayList<>();
        for (TapEvent next = slow.poll(); next != null; next = slow.poll()) {
            got.add(next);
        }
        assertThat(got).hasSize(Tap.MAX_EVENTS);
        hub.publish(event("accepted", null, null));
        assertThat(slow.poll()).isNotNull();
    }

    @Test
    void bytesThatWaitAreLimitedToo() {
        Tap tap = open(TapFilter.of(Map.of("bytes", List.of("true"))));
        ByteBuffer large = ByteBuffer.allocate(Tap.MAX_BYTES / 2);
        for (int i = 0; i < 3; i++) {
            hub.publish(event("accepted", null, large));
        }
        assertThat(hub.wantsBytes()).isTrue();
        assertThat(tap.takeLost()).isEqualTo(1);
        assertThat(tap.poll()).isNotNull();
        hub.publish(event("accepted", null, large));
        assertThat(tap.takeLost()).isZero();
    }

    @Test
    void onlookerIsWokenOnceUntilItLooks() {
        Tap tap = open(TapFilter.ALL);
        hub.publish(event("accepted", null, null));
        hub.publish(event("accepted", null, null));
        assertThat(woken).isEqualTo(1);
        tap.rest();
        hub.publish(event("accepted", null, null));
        assertThat(woken).isEqualTo(2);
    }

    @Test
    void filtersTellEventsApart() {
        TapEvent accepted = event("accepted", null, null);
        TapEvent noticed = event("accepted", ErrorCode.CLOCK_UNSET, null);
        TapEvent stale = event("stale", ErrorCode.STALE_EPOCH, null);

        assertThat(matches("rejected", "true", accepted)).isFalse();
        assertThat(matches("rejected", "true", noticed)).isTrue();
        assertThat(matches("rejected", "true", stale)).isTrue();
        assertThat(matches("outcome", "stale,rejected", accepted)).isFalse();
        assertThat(matches("outcome", "stale,rejected", stale)).isTrue();
        assertThat(matches("type", "readings", accepted)).isTrue();
        assertThat(matches("type", "HELLO,PING", accepted)).isFalse();
        assertThat(matches("transport", "udp", accepted)).isTrue();
        assertThat(matches("transport", "tcp", accepted)).isFalse();
        assertThat(matches("device", "lab-1", accepted)).isTrue();
        assertThat(matches("device", Names.hex(Names.deviceId("lab-1")), accepted))
                .isTrue();
        assertThat(matches("device", "lab-2", accepted)).isFalse();
    }

    /** A frame with a wrong checksum has no session, but says an id. */
    @Test
    void deviceIsFoundByItsIdWithoutASession() {
        TapEvent.Head head = new TapEvent.Head(0x82, Names.deviceId("lab-1"), 1, 2, 3, 1);
        TapEvent bad = TapEvent.before(
                0, Transport.UDP, REMOTE, head, 84, "bad_checksum", ErrorCode.BAD_CHECKSUM, "wrong", null);

        assertThat(matches("device", "lab-1", bad)).isTrue();
    }

    @Test
    void wrongQueriesSayWhatIsAllowed() {
        assertThatThrownBy(() -> TapFilter.of(Map.of("kind", List.of("x")))).hasMessageContaining("known are [bytes");
        assertThatThrownBy(() -> TapFilter.of(Map.of("type", List.of("x")))).hasMessageContaining("HELLO");
        assertThatThrownBy(() -> TapFilter.of(Map.of("outcome", List.of("x")))).hasMessageContaining("bad_checksum");
        assertThatThrownBy(() -> TapFilter.of(Map.of("transport", List.of("x"))))
                .hasMessageContaining("tcp or udp");
        assertThatThrownBy(() -> TapFilter.of(Map.of("rejected", List.of("1")))).hasMessageContaining("true or false");
    }
}
