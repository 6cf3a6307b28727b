package dev.baliza.sim.decode;

import dev.baliza.sim.capture.Capture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the user gave, as bytes.
 *
 * @param isCapture whether the bytes are a capture file; else they are frames back to back
 */
record Input(ByteBuffer bytes, boolean isCapture) {
    enum Format {
        GUESS,
        HEX,
        BASE64,
        PCAP
    }

    private static final int MAX_BYTES = 256 << 20;

    /** @param given {@code -}, a file, or the text itself */
    static Input read(String given, Format format, InputStream stdin) throws IOException, InputException {
        byte[] raw = raw(given, stdin);
        if (raw.length == 0) {
            throw new InputException("there are no bytes to decode");
        }
        ByteBuffer bytes = ByteBuffer.wrap(raw);
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        Format known = format == Format.GUESS ? guess(bytes, text) : format;
        byte[] frames = switch (known) {
            case PCAP, GUESS -> raw;
            case HEX -> ByteText.hex(text);
            case BASE64 -> ByteText.base64(text);
        };
        if (frames.length == 0) {
            throw new InputException("there are only comments, no bytes");
        }
        return new Input(ByteBuffer.wrap(frames), known == Format.PCAP);
    }

    /** GUESS stands for plain bytes. */
    private static Format guess(ByteBuffer bytes, String text) throws InputException {
        if (Capture.looksLike(bytes)) {
            return Format.PCAP;
        }
        if (bytes.get(0) == (byte) 0xBA) {
            return Format.GUESS;
        }
        if (ByteText.looksHex(text)) {
            return Format.HEX;
        }
        if (ByteText.looksBase64(text)) {
            return Format.BASE64;
        }
        throw new InputException("neither a file, hexadecimal, base64 nor a capture; say which with --hex, --base64 or"
                + " --pcap to hear what is wrong with it");
    }

    private static byte[] raw(String given, InputStream stdin) throws IOException, InputException {
        if (given.equals("-")) {
            return limited(stdin.readNBytes(MAX_BYTES + 1));
        }
        Path path = path(given);
        if (path == null || !Files.isRegularFile(path)) {
            return given.getBytes(StandardCharsets.UTF_8);
        }
        try (InputStream file = Files.newInputStream(path)) {
            return limited(file.readNBytes(MAX_BYTES + 1));
        }
    }

    private static @Nullable Path path(String given) {
        try {
            return Path.of(given);
        } catch (InvalidPathException e) {
            return null; // text, then
        }
    }

    private static byte[] limited(byte[] bytes) throws InputException {
        if (bytes.length > MAX_BYTES) {
            throw new InputException("more than 256 MiB; cut the capture with editcap -c");
        }
        return bytes;
    }
}
