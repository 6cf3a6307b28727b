package dev.baliza.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.vectors.Decoded;
import dev.baliza.protocol.vectors.WireVector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector gives the same message or error on both transports, however it is cut. SPEC §2.2, §2.3, §2.4. */
class TransportContractTest {
    private static final Decoded.Sets SETS = Decoded.Sets.ofVectors();

    @RegisterExtension
    final BufferWatch buffers = new BufferWatch();

    static List<WireVector> all() {
        return WireVector.all();
    }

    static List<WireVector> streams() {
        return all().stream().filter(WireVector::onTcp).toList();
    }

    static List<WireVector> datagrams() {
        return all().stream().filter(WireVector::onUdp).toList();
    }

    private void assertExpected(WireVector vector, List<Decoded> outcomes, int times) {
        int seen = vector.endsTheDatagram() ? 1 : times;
        assertThat(outcomes).extracting(Decoded::verdict).hasSize(seen).containsOnly(vector.expect());
        if (vector.index() != null) {
            assertThat(outcomes).extracting(Decoded::index).containsOnly(vector.index());
        }
    }

    /** SPEC §2.3: whole, in one segment. */
    @ParameterizedTest
    @MethodSource("streams")
    void streamGivesWhatTheVectorExpects(WireVector vector) {
        var tcp = tcp(vector).receive(buffers.of(vector.bytes()));

        assertThat(tcp.insideFrame()).isFalse();
        assertExpected(vector, tcp.outcomes(), 1);
    }

    @ParameterizedTest
    @MethodSource("datagrams")
    void datagramGivesWhatTheVectorExpects(WireVector vector) {
        assertExpected(vector, Receivers.udp(buffers.of(vector.bytes()), SETS), 1);
    }

    /** SPEC §2.3: the message, not only the verdict, is the same. */
    @ParameterizedTest
    @MethodSource("all")
    void bothTransportsGiveTheSame(WireVector vector) {
        if (vector.onTcp() && vector.onUdp()) {
            assertThat(tcp(vector).receive(buffers.of(vector.bytes())).outcomes())
                    .isEqualTo(Receivers.udp(buffers.of(vector.bytes()), SETS));
        }
    }

    /** SPEC §2.3. */
    @ParameterizedTest
    @MethodSource("streams")
    void streamMayComeByteByByte(WireVector vector) {
        byte[] bytes = twice(vector);
        var tcp = tcp(vector);
        for (int i = 0; i < bytes.length; i++) {
            tcp.receive(buffers.of(bytes, i, i + 1));
        }

        assertExpected(vector, tcp.outcomes(), 2);
    }

    /** SPEC §2.3. */
    @ParameterizedTest
    @MethodSource("streams")
    void streamMayBeCutAnywhere(WireVector vector) {
        byte[] bytes = twice(vector);
        List<Decoded> whole = tcp(vector).receive(buffers.of(bytes)).outcomes();
        for (int cut = 0; cut <= bytes.length; cut += step(bytes)) {
            var tcp = tcp(vector).receive(buffers.of(bytes, 0, cut)).receive(buffers.of(bytes, cut, bytes.length));

            assertThat(tcp.outcomes()).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    /** SPEC §2.2, §2.4: what follows an error stands unless the frame could not be delimited or trusted. */
    @ParameterizedTest
    @MethodSource("all")
    void twoInOneReadAreTwo(WireVector vector) {
        if (vector.onTcp()) {
            assertExpected(
                    vector, tcp(vector).receive(buffers.of(twice(vector))).outcomes(), 2);
        }
        if (vector.onUdp() && !vector.name().contains("beyond-datagram")) {
            assertExpected(vector, Receivers.udp(buffers.of(twice(vector)), SETS), 2);
        }
    }

    /** SPEC §2.4: frames before a broken one stand. */
    @ParameterizedTest
    @MethodSource("all")
    void framesBeforeStand(WireVector vector) {
        byte[] first = WireVector.named("ping/bare").bytes();
        byte[] bytes = join(first, vector.bytes());
        List<List<Decoded>> transports = new ArrayList<>();
        if (vector.onTcp()) {
            transports.add(tcp(vector).receive(buffers.of(bytes)).outcomes());
        }
        if (vector.onUdp()) {
            transports.add(Receivers.udp(buffers.of(bytes), SETS));
        }

        assertThat(transports)
                .isNotEmpty()
                .allSatisfy(outcomes ->
                        assertThat(outcomes).extracting(Decoded::verdict).containsExactly(Decoded.OK, vector.expect()));
    }

    /** SPEC §3.1.2: a datagram must hold the whole frame; a stream waits for the rest. */
    @ParameterizedTest
    @MethodSource("streams")
    void truncatedFrameIsWaitedForOrRefused(WireVector vector) {
        byte[] bytes = vector.bytes();
        for (int length = 1; length < bytes.length; length += step(bytes)) {
            var tcp = tcp(vector).receive(buffers.of(bytes, 0, length));
            boolean waits = tcp.insideFrame();
            List<Decoded> outcomes = tcp.outcomes();
            List<Decoded> datagram = Receivers.udp(buffers.of(bytes, 0, length), SETS);

            assertThat(outcomes).as("%d bytes", length).hasSize(waits ? 0 : 1);
            assertThat(datagram).as("%d bytes", length).hasSize(1);
            assertThat(datagram).extracting(Decoded::verdict).doesNotContain(Decoded.OK);
        }
    }

    private static Receivers.Tcp tcp(WireVector vector) {
        return new Receivers.Tcp(vector.limit(), SETS);
    }

    /** Long vectors repeat themselves. */
    private static int step(byte[] bytes) {
        return bytes.length < 1000 ? 1 : 17;
    }

    private static byte[] twice(WireVector vector) {
        return join(vector.bytes(), vector.bytes());
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
