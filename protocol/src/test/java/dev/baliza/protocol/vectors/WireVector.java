package dev.baliza.protocol.vectors;

import dev.baliza.protocol.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file of {@code vectors/}, as README.md there describes it. */
public final class WireVector {
    private final String name;
    private final Map<String, String> notes;
    private final byte[] bytes;

    private WireVector(String name, Map<String, String> notes, byte[] bytes) {
        this.name = name;
        this.notes = notes;
        this.bytes = bytes;
    }

    /** {@code message/case}. */
    public String name() {
        return name;
    }

    /** A copy of the frame. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** All vectors, ordered by name. */
    public static List<WireVector> all() {
        Path root = directory();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".hex"))
                    .sorted()
                    .map(file -> read(root, file))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<WireVector> good() {
        return all().stream().filter(WireVector::isGood).toList();
    }

    /** The vector with this name. */
    public static WireVector named(String name) {
        return all().stream()
                .filter(vector -> vector.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Path directory() {
        try {
            URL readme = Objects.requireNonNull(WireVector.class.getResource("/vectors/README.md"));
            return Path.of(readme.toURI()).resolveSibling(".").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WireVector read(Path root, Path file) {
        String name = root.relativize(file).toString().replace('\\', '/').replace(".hex", "");
        try (Stream<String> lines = Files.lines(file)) {
            return parse(name, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WireVector parse(String name, Stream<String> lines) {
        Map<String, String> notes = new LinkedHashMap<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        lines.forEach(line -> {
            String[] parts = line.split("#", 2);
            bytes.writeBytes(HexFormat.of().parseHex(parts[0].replace(" ", "")));
            if (bytes.size() == 0 && parts.length == 2) {
                String[] note = parts[1].strip().split("(: |(?<=SPEC) )", 2);
                notes.putIfAbsent(note[0], note.length == 2 ? note[1] : "");
            }
        });
        return new WireVector(name, notes, bytes.toByteArray());
    }

    /** {@code ok}, {@code ignored} or the name of an error code. */
    public String expect() {
        return notes.getOrDefault("expect", "");
    }

    /** The paragraphs it shows, such as {@code §3.1.4}. */
    public List<String> sections() {
        return List.of(notes.getOrDefault("SPEC", "").split(", "));
    }

    public boolean isGood() {
        return expect().equals("ok");
    }

    /** Whether nothing behind the frame can be read. */
    public boolean endsTheDatagram() {
        return "datagram".equals(notes.get("scope"));
    }

    /** Whether an encoder writes the same bytes for the message. */
    public boolean canonical() {
        return isGood() && !"no".equals(notes.get("canonical"));
    }

    public boolean onTcp() {
        return !"udp".equals(notes.get("transport"));
    }

    public boolean onUdp() {
        return !"tcp".equals(notes.get("transport"));
    }

    /** The receiver's limit for a frame. */
    public int limit() {
        return Integer.parseInt(notes.getOrDefault("limit", String.valueOf(Limits.MAX_FRAME_BYTES)));
    }

    /** A line before the first byte, such as {@code key: …}; empty when it is not there. */
    public String note(String key) {
        return notes.getOrDefault(key, "");
    }

    /** Index of the reading or channel at fault, when the vector tells. */
    public @Nullable Integer index() {
        String index = notes.get("index");
        return index == null ? null : Integer.valueOf(index);
    }

    @Override
    public String toString() {
        return name;
    }
}
