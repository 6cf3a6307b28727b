package dev.baliza.protocol.vectors;

import static dev.baliza.protocol.vectors.VectorText.ignored;

import dev.baliza.protocol.MessageType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** Frames of the sealed profile: messages of other vectors under keys that are told, and frames that no key opens. */
final class SealedVectors {
    private static final String SECRET_128 = "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf";
    private static final String SECRET_256 = SECRET_128 + "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf";
    private static final String BOOT = "000102030405060708090a0b0c0d0e0f";
    private static final String SERVER = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
    private static final String NO_NONCE = "0".repeat(32);
    private static final String EPOCH = "%08x".formatted(VectorText.EPOCH);
    private static final String NEXT_EPOCH = "%08x".formatted(VectorText.EPOCH + 1);
    private static final String INSTANCE = "5eed5eed";
    private static final String OTHER_INSTANCE = "5eed5eee";
    private static final int SEALED = 0x10;
    private static final int FROM_SERVER = 0x20;

    private static final int SEQ_OFFSET = 20;
    private static final int KEY_ID_OFFSET = 30;
    private static final int CLEAR_OFFSET = 32;
    private static final String TURNED = ", last bit turned after sealing";

    private final VectorWriter to;

    private SealedVectors(VectorWriter to) {
        this.to = to;
    }

    static void addTo(VectorWriter to) {
        SealedVectors vectors = new SealedVectors(to);
        vectors.serverNamesEpochs();
        vectors.deviceCountsEpochs();
        vectors.turnedBits();
        vectors.wrongKeys();
        vectors.wrongForms();
    }

    /** A frame under construction: whose secret, and what the receiver knows. */
    private static VectorText text(boolean opens, String sections, String summary, String secret, String epochs) {
        VectorText text = ignored(sections, summary)
                .note("opens: " + (opens ? "yes" : "no"))
                .note("secret: " + secret)
                .note("keyId: 1")
                .note("epochs: " + epochs)
                .note("epoch: " + EPOCH);
        return epochs.equals("server") ? text.note("bootNonce: " + BOOT).note("serverNonce: " + SERVER) : text;
    }

    /** Header of an open vector, and the clear nonce. */
    private VectorText head(VectorText text, String as, String clear) {
        ByteBuffer open = ByteBuffer.wrap(to.bytes(as));
        int type = open.get(3) & 0xFF;
        text.note("as: " + as)
                .flags(open.getShort(4) | SEALED)
                .epoch(open.getInt(16) & 0xFFFF_FFFFL)
                .seq(open.getInt(20), open.getShort(28) & 0xFFFF)
                .key(1, 0)
                .header(Objects.requireNonNull(MessageType.of(type)));
        return clear.isEmpty() ? text : text.raw(clear, type == 1 ? "boot nonce, in clear" : "server nonce, in clear");
    }

    private VectorText sealed(VectorText text, String as, String secret, String label, String fields) {
        return sealed(text, body(as), secret, label, fields);
    }

    private static VectorText sealed(VectorText text, byte[] body, String secret, String label, String fields) {
        byte[] prk = VectorSeal.prk(secret);
        byte[] info = VectorSeal.info(label, fields);
        HexFormat hex = HexFormat.of();
        text.note("prk: " + hex.formatHex(prk)).note("label: " + label).note("info: " + hex.formatHex(info));
        return text.endSealed(VectorSeal.key(prk, info), body);
    }

    private byte[] body(String as) {
        byte[] open = to.bytes(as);
        return Arrays.copyOfRange(open, 32, open.length - 4);
    }

    private void serverNamesEpochs() {
        String by = " of a device whose epochs the server names";
        good(
                "hello-server",
                "§10.2, §10.2.2, §10.3",
                "HELLO" + by,
                "hello/first-contact",
                BOOT,
                "hello",
                "00000000" + BOOT);
        good(
                "hello-server-known-epoch",
                "§10.3, §6.1.2",
                "HELLO in its epoch" + by,
                "hello/known-epoch",
                BOOT,
                "hello",
                EPOCH + BOOT);
        good(
                "welcome-server",
                "§10.2, §10.3",
                "WELCOME to it",
                "welcome/first-contact",
                SERVER,
                "welcome",
                BOOT + SERVER);
        String up = EPOCH + BOOT + SERVER;
        good("readings-up-server", "§10.3", "READINGS" + by, "readings/named-one", "", "up server", up);
        good("ack-down-server", "§10.3", "ACK to it", "ack/short", "", "down server", INSTANCE + SERVER);
    }

    private void deviceCountsEpochs() {
        String by = " of a device that counts its epochs";
        good("hello-device", "§10.3", "HELLO" + by, "hello/known-epoch", BOOT, "up device", EPOCH);
        good(
                "welcome-device",
                "§10.2.2, §10.3",
                "WELCOME to it; the clear nonce goes into no key",
                "welcome/first-contact",
                NO_NONCE,
                "down device",
                INSTANCE + EPOCH);
        good("readings-up-device", "§10.3", "READINGS" + by, "readings/named-one", "", "up device", EPOCH);
        good("describe-up-device", "§10.3", "DESCRIBE" + by, "describe/three-channels", "", "up device", EPOCH);
        good("ack-down-device", "§10.3", "ACK to it", "ack/short", "", "down device", INSTANCE + EPOCH);
        to.add(
                "sealed/shortest",
                sealed(
                        text(true, "§10.2.1", "48 bytes: nothing inside", SECRET_128, "device")
                                .flags(SEALED)
                                .key(1, 0)
                                .header(0x10, "unknown, control"),
                        new byte[0],
                        SECRET_128,
                        "up device",
                        EPOCH));
    }

    /** Once with a secret of 128 bits, once with 256. */
    private void good(
            String name, String sections, String summary, String as, String clear, String label, String fields) {
        String epochs = label.endsWith("device") ? "device" : "server";
        for (String secret : new String[] {SECRET_128, SECRET_256}) {
            int bits = secret.length() * 4;
            VectorText text = text(true, sections, summary + ", secret of " + bits + " bits", secret, epochs);
            to.add("sealed/" + name + "-" + bits, sealed(head(text, as, clear), as, secret, label, fields));
        }
    }

    private VectorText upDevice(String sections, String summary, String secret, String fields) {
        String as = "readings/named-one";
        VectorText text = text(false, sections, summary, SECRET_128, "device");
        return sealed(head(text, as, ""), as, secret, "up device", fields);
    }

    private VectorText bad(String summary) {
        return upDevice("§10.2.3", summary, SECRET_128, EPOCH);
    }

    private void turnedBits() {
        to.add("sealed/flipped-tag", bad("a bit of the tag is wrong").turn(-1, 1, "tag" + TURNED));
        to.add(
                "sealed/flipped-ciphertext",
                bad("a bit of the ciphertext is wrong").turn(-17, 1, "ciphertext" + TURNED));
        to.add("sealed/flipped-level", bad("a bit of the flags is wrong").turn(5, 1, "flags" + TURNED));
        to.add("sealed/flipped-seq", bad("a bit of seq is wrong").turn(SEQ_OFFSET + 3, 1, "seq" + TURNED));
        to.add(
                "sealed/flipped-pn",
                bad("a bit of pn, and so of the IV, is wrong").turn(27, 1, "pn" + TURNED));
        to.add("sealed/flipped-reserved", bad("the reserved byte is wrong").turn(31, 1, "reserved" + TURNED));
        VectorText welcome = text(false, "§10.2.2, §10.2.3", "a bit of the clear nonce is wrong", SECRET_128, "server");
        to.add(
                "sealed/flipped-server-nonce",
                sealed(
                                head(welcome, "welcome/first-contact", SERVER),
                                "welcome/first-contact",
                                SECRET_128,
                                "welcome",
                                BOOT + SERVER)
                        .turn(CLEAR_OFFSET + 15, 1, "server nonce" + TURNED));
        VectorText counted =
                text(false, "§10.2.3", "the nonce goes into no key, but it is sealed", SECRET_128, "device");
        to.add(
                "sealed/flipped-unused-nonce",
                sealed(
                                head(counted, "welcome/first-contact", NO_NONCE),
                                "welcome/first-contact",
                                SECRET_128,
                                "down device",
                                INSTANCE + EPOCH)
                        .turn(CLEAR_OFFSET + 15, 1, "server nonce" + TURNED));
    }

    private void wrongKeys() {
        to.add("sealed/other-secret", upDevice("§10.2.3", "sealed with another secret", "ee".repeat(16), EPOCH));
        to.add(
                "sealed/other-epoch",
                upDevice("§10.2.3, §10.3.1", "sealed with the key of the epoch after it", SECRET_128, NEXT_EPOCH));
        to.add(
                "sealed/other-key-id",
                upDevice("§10.2.3", "says a key id that the device does not have", SECRET_128, EPOCH)
                        .turn(KEY_ID_OFFSET, 3, "keyId 2: changed after sealing"));
        String direction = "the device's own frame comes back as if from the server";
        to.add(
                "sealed/other-direction",
                upDevice("§10.2.3, §10.3.1", direction, SECRET_128, EPOCH)
                        .turn(5, FROM_SERVER, "flags: FROM_SERVER set after sealing"));
        to.add(
                "sealed/other-direction-whole",
                sealed(
                        head(
                                text(
                                        false,
                                        "§10.2.3, §10.3.1",
                                        "from the server, but under the key up",
                                        SECRET_128,
                                        "device"),
                                "ack/short",
                                ""),
                        "ack/short",
                        SECRET_128,
                        "up device",
                        EPOCH));
        for (String epochs : new String[] {"device", "server"}) {
            String last = epochs.equals("device") ? EPOCH : SERVER;
            to.add(
                    "sealed/other-instance-" + epochs,
                    sealed(
                            head(
                                    text(
                                            false,
                                            "§10.2.3, §10.3.1",
                                            "sealed by another server process than it says",
                                            SECRET_128,
                                            epochs),
                                    "ack/short",
                                    ""),
                            "ack/short",
                            SECRET_128,
                            "down " + epochs,
                            OTHER_INSTANCE + last));
        }
        to.add(
                "sealed/other-server-nonce",
                sealed(
                        head(
                                text(
                                        false,
                                        "§10.2.3",
                                        "under a server nonce of an earlier WELCOME",
                                        SECRET_128,
                                        "server"),
                                "ack/short",
                                ""),
                        "ack/short",
                        SECRET_128,
                        "down server",
                        INSTANCE + BOOT));
    }

    private void wrongForms() {
        String hello = "hello/first-contact";
        to.add(
                "sealed/hello-of-two-nonces",
                sealed(
                        head(
                                text(
                                        false,
                                        "§10.2.2",
                                        "the tag is right, but the nonces of HELLO differ",
                                        SECRET_128,
                                        "server"),
                                hello,
                                SERVER),
                        hello,
                        SECRET_128,
                        "hello",
                        "00000000" + SERVER));
        to.add(
                "sealed/too-short",
                ignored("§10.2.1", "47 bytes: no room for a tag")
                        .note("opens: no")
                        .note("secret: " + SECRET_128)
                        .note("keyId: 1")
                        .note("epochs: device")
                        .note("epoch: " + EPOCH)
                        .flags(SEALED)
                        .key(1, 0)
                        .header(MessageType.PING)
                        .endSealed(new byte[15]));
        to.add(
                "sealed/welcome-without-nonce",
                ignored("§10.2.1, §10.2.2", "63 bytes: no room for a clear nonce and a tag")
                        .note("opens: no")
                        .note("secret: " + SECRET_128)
                        .note("keyId: 1")
                        .note("epochs: server")
                        .note("epoch: " + EPOCH)
                        .note("bootNonce: " + BOOT)
                        .note("serverNonce: " + SERVER)
                        .flags(SEALED | FROM_SERVER)
                        .key(1, 0)
                        .header(MessageType.WELCOME)
                        .endSealed(new byte[31]));
    }
}
