package dev.baliza.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.protocol.seal.KeyRing;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is derived, sealed and opened is what the vectors under {@code sealed/} say. SPEC §10.2, §10.3. */
class SealedVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private final FrameSealer sealer = new FrameSealer();

    private static List<WireVector> vectors(String opens) {
        return WireVector.all().stream()
                .filter(vector -> vector.note("opens").equals(opens))
                .toList();
    }

    static List<WireVector> good() {
        return vectors("yes");
    }

    static List<WireVector> bad() {
        return vectors("no");
    }

    private static @Nullable BootNonce nonce(String hex) {
        if (hex.isEmpty()) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(hex));
        return new BootNonce(bytes.getLong(), bytes.getLong());
    }

    private static Frame outer(WireVector vector) {
        return new Frame().wrap(ByteBuffer.wrap(vector.bytes()), 0, vector.bytes().length);
    }

    private static DeviceKey deviceKey(WireVector vector) {
        return new DeviceKey(
                outer(vector).device(),
                Integer.parseInt(vector.note("keyId")),
                vector.note("epochs").equals("device"),
                HEX.parseHex(vector.note("secret")));
    }

    /** The key that a receiver takes, who knows what the vector tells; null when there is none. */
    private static @Nullable SecretKey keyOf(WireVector vector) {
        Frame outer = outer(vector);
        DeviceKey key = new KeyRing(List.of(deviceKey(vector))).find(outer.device(), outer.keyId());
        if (key == null) {
            return null;
        }
        long epoch = Long.parseLong(vector.note("epoch"), 16);
        BootNonce clear = FrameSealer.clearNonce(outer.whole(), 0, outer.length());
        boolean hello = outer.typeCode() == MessageType.HELLO.code();
        boolean welcome = outer.typeCode() == MessageType.WELCOME.code();
        if (key.deviceNumbersEpochs()) {
            return outer.has(Frame.FROM_SERVER) ? key.down(outer.epoch(), epoch) : key.up(outer.epoch());
        }
        if ((hello || welcome) && clear == null) {
            return null;
        }
        BootNonce boot = Objects.requireNonNull(nonce(vector.note("bootNonce")));
        BootNonce server = Objects.requireNonNull(nonce(vector.note("serverNonce")));
        if (hello && clear != null) {
            return key.hello(outer.epoch(), clear);
        }
        if (welcome && clear != null) {
            return key.welcome(boot, clear);
        }
        return outer.has(Frame.FROM_SERVER) ? key.down(outer.epoch(), server) : key.up(outer.epoch(), boot, server);
    }

    /** As a receiver does it: tag, then whether HELLO names itself (SPEC §10.2.2). */
    private @Nullable Frame open(WireVector vector) throws Exception {
        Frame outer = outer(vector);
        SecretKey key = keyOf(vector);
        Frame frame = key == null ? null : sealer.open(outer.whole(), 0, outer.length(), key);
        if (frame == null || frame.type() != MessageType.HELLO) {
            return frame;
        }
        frame.readExtensions();
        BootNonce own =
                new BootNonce(frame.payload().getLong(0), frame.payload().getLong(8));
        return own.equals(FrameSealer.clearNonce(outer.whole(), 0, outer.length())) ? frame : null;
    }

    @Test
    void bothNumberingsAndBothLengthsOfSecretsAreShown() {
        assertThat(good()).hasSizeGreaterThan(20);
        assertThat(bad()).hasSizeGreaterThan(15);
        assertThat(good()).extracting(v -> v.note("epochs")).contains("server", "device");
        assertThat(good()).extracting(v -> v.note("secret").length()).contains(32, 64);
        assertThat(good())
                .extracting(v -> v.note("label"))
                .contains("hello", "welcome", "up server", "down server", "up device", "down device");
    }

    @ParameterizedTest
    @MethodSource("good")
    void theKeyIsThatOfTheVector(WireVector vector) { // SPEC §10.3
        assertThat(HEX.formatHex(Objects.requireNonNull(keyOf(vector)).getEncoded()))
                .isEqualTo(vector.note("key"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodFramesOpenIntoTheMessageThatTheyName(WireVector vector) throws Exception { // SPEC §10.2.1
        Frame frame = Objects.requireNonNull(open(vector));
        byte[] opened = new byte[frame.length()];
        frame.whole().get(0, opened);
        assertThat(HEX.formatHex(opened, 32, opened.length - 4)).isEqualTo(vector.note("plaintext"));
        if (!vector.note("as").isEmpty()) {
            byte[] open = WireVector.named(vector.note("as")).bytes();
            int withoutChecksum = open.length - 4;
            assertThat(HEX.formatHex(opened, 0, withoutChecksum)).isEqualTo(HEX.formatHex(open, 0, withoutChecksum));
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void theSameFrameIsSealedByteForByte(WireVector vector) { // SPEC §10.2.1
        byte[] plaintext = HEX.parseHex(vector.note("plaintext"));
        ByteBuffer open = ByteBuffer.allocate(36 + plaintext.length)
                .put(vector.bytes(), 0, 32)
                .put(plaintext)
                .putInt(0)
                .flip();
        BootNonce clear = FrameSealer.clearBytes(open.get(Frame.TYPE_OFFSET)) == 0
                ? null
                : FrameSealer.clearNonce(ByteBuffer.wrap(vector.bytes()), 0, vector.bytes().length);
        ByteBuffer out = ByteBuffer.allocate(vector.bytes().length);
        sealer.seal(open, Objects.requireNonNull(keyOf(vector)), outer(vector).keyId(), clear, out);
        assertThat(HEX.formatHex(Arrays.copyOf(out.array(), out.position()))).isEqualTo(HEX.formatHex(vector.bytes()));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badFramesDoNotOpen(WireVector vector) throws Exception { // SPEC §10.2.2, §10.2.3, §10.3.1
        assertThat(open(vector)).isNull();
    }
}
