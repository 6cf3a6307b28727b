package dev.baliza.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] SECRET = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final BootNonce BOOT = new BootNonce(1, 2);
    private static final BootNonce SERVER = new BootNonce(3, 4);

    private final FrameSealer sealer = new FrameSealer();
    private final DeviceKey key = new DeviceKey(77, 1, true, SECRET);

    /** RFC 5869, appendix A, test cases 1 and 3; the first 32 bytes of their 42. */
    @Test
    void hkdfIsThatOfTheRfc() {
        byte[] secret = HexFormat.of().parseHex("0b".repeat(22));
        byte[] prk = Hkdf.extract(HexFormat.of().parseHex("000102030405060708090a0b0c"), secret);
        assertThat(HexFormat.of().formatHex(prk))
                .isEqualTo("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        assertThat(HexFormat.of().formatHex(Hkdf.expand(prk, HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9"), 32)))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
        byte[] unsalted = Hkdf.extract(new byte[32], secret);
        assertThat(HexFormat.of().formatHex(Hkdf.expand(unsalted, new byte[0], 32)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }

    private static ByteBuffer ping(long pn) {
        ByteBuffer out = ByteBuffer.allocate(200);
        FrameCodec.write(
                out,
                new FrameHeader(77, 5, 9, pn, 0, FrameHeader.flags(AckLevel.COUNTED, false)),
                Extensions.named("lab-1"),
                new Message.Ping(11, ByteBuffer.wrap(new byte[] {1, 2, 3})));
        return out.flip();
    }

    private ByteBuffer sealed(ByteBuffer open, SecretKey with, @Nullable BootNonce clear) {
        ByteBuffer out = ByteBuffer.allocate(300);
        sealer.seal(open, with, 1, clear, out);
        return out.flip();
    }

    private @Nullable Frame open(ByteBuffer sealed, SecretKey with) {
        return sealer.open(sealed, 0, sealed.limit(), with);
    }

    @Test
    void whatIsSealedComesBack() throws Exception { // SPEC §10.2.1
        ByteBuffer sealed = sealed(ping(3), key.up(5), null);
        assertThat(sealed.limit()).isEqualTo(ping(3).limit() + FrameSealer.TAG_BYTES - 4);
        Frame outer = new Frame().wrap(sealed, 0, sealed.limit());
        assertThat(outer.has(Frame.SEALED)).isTrue();
        assertThat(outer.length()).isEqualTo(sealed.limit());
        Frame frame = Objects.requireNonNull(open(sealed, key.up(5)));
        frame.checkReserved();
        frame.readExtensions();
        assertThat(frame.name()).isEqualTo("lab-1");
        assertThat(frame.epoch()).isEqualTo(5);
        assertThat(frame.payload().getLong(0)).isEqualTo(11);
        assertThat(frame.payloadBytes()).isEqualTo(27);
    }

    @Test
    void helloShowsItsNonceInClear() throws Exception { // SPEC §10.2.2
        ByteBuffer out = ByteBuffer.allocate(200);
        FrameCodec.write(
                out, new FrameHeader(77, 0, 0, 0, 0xFFFF, 0), Extensions.NONE, new Message.Hello(BOOT, 1, 0, 1_200, 1));
        ByteBuffer sealed = sealed(out.flip(), key.hello(0, BOOT), BOOT);
        assertThat(FrameSealer.clearNonce(sealed, 0, sealed.limit())).isEqualTo(BOOT);
        Frame frame = Objects.requireNonNull(open(sealed, key.hello(0, BOOT)));
        assertThat(frame.payload().getLong(8)).isEqualTo(2);
    }

    /** Every single bit of a sealed frame matters. */
    @Test
    void noFlippedBitIsAccepted() { // SPEC §10.2.3
        ByteBuffer sealed = sealed(ping(3), key.up(5), null);
        for (int bit = 0; bit < sealed.limit() * 8; bit++) {
            ByteBuffer forged = ByteBuffer.allocate(sealed.limit()).put(0, sealed, 0, sealed.limit());
            forged.put(bit / 8, (byte) (forged.get(bit / 8) ^ (1 << bit % 8)));
            assertThat(open(forged, key.up(5))).as("bit %d", bit).isNull();
        }
    }

    @Test
    void randomFramesAndTagsAreNotAccepted() {
        Random random = new Random(1);
        byte[] bytes = new byte[120];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(bytes);
            assertThat(open(ByteBuffer.wrap(bytes, 0, 20 + random.nextInt(100)).slice(), key.up(5)))
                    .isNull();
        }
    }

    @Test
    void everyPurposeDirectionAndLifeHasAKeyOfItsOwn() { // SPEC §10.3.1
        DeviceKey otherDevice = new DeviceKey(78, 1, true, SECRET);
        byte[] longer = HexFormat.of().parseHex("00".repeat(32));
        List<SecretKey> keys = List.of(
                key.up(5),
                key.up(6),
                key.down(5, 5),
                key.down(6, 5),
                key.down(5, SERVER),
                key.down(6, SERVER),
                key.hello(0, BOOT),
                key.hello(0, SERVER),
                key.hello(1, BOOT),
                key.welcome(BOOT, SERVER),
                key.welcome(SERVER, BOOT),
                key.up(5, BOOT, SERVER),
                key.up(6, BOOT, SERVER),
                key.up(5, SERVER, BOOT),
                otherDevice.up(5),
                otherDevice.hello(0, BOOT),
                new DeviceKey(77, 1, true, longer).up(5));
        Set<String> distinct = new HashSet<>();
        keys.forEach(one -> distinct.add(HexFormat.of().formatHex(one.getEncoded())));
        assertThat(distinct).hasSize(keys.size());
        ByteBuffer sealed = sealed(ping(3), key.up(5), null);
        for (SecretKey wrong : keys.subList(1, keys.size())) {
            assertThat(open(sealed, wrong)).isNull();
        }
    }

    @Test
    void aKeyIsNeverShown() {
        assertThat(key.toString()).contains("device=000000000000004d").doesNotContain("0001020304");
        assertThatThrownBy(() -> new DeviceKey(1, 1, true, new byte[15])).hasMessageContaining("16 or 32 bytes");
        assertThatThrownBy(() -> new DeviceKey(1, 0, true, SECRET)).hasMessageContaining("1 to 255");
    }
}
