package dev.baliza.protocol.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes the vectors' files; a test asserts that the files are what this writes. */
public final class VectorWriter {
    private final Map<String, String> files = new TreeMap<>();

    private VectorWriter() {}

    /** @param args the directory {@code src/test/resources/vectors} */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = root.resolve(file.getKey() + ".hex");
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** All vectors: {@code message/case} to text. */
    static Map<String, String> files() {
        VectorWriter writer = new VectorWriter();
        FrameVectors.addTo(writer);
        ControlVectors.addTo(writer);
        AnswerVectors.addTo(writer);
        AdminVectors.addTo(writer);
        DescribeVectors.addTo(writer);
        ReadingsVectors.addTo(writer);
        ColumnsVectors.addTo(writer);
        TalkVectors.addTo(writer);
        CommandVectors.addTo(writer);
        SealedVectors.addTo(writer);
        FileVectors.addTo(writer);
        CalcVectors.addTo(writer);
        return writer.files;
    }

    /** The frame of a vector that was added before. */
    byte[] bytes(String name) {
        return WireVector.parse(name, Objects.requireNonNull(files.get(name)).lines())
                .bytes();
    }

    void add(String name, VectorText vector) {
        if (files.put(name, vector.text()) != null) {
            throw new IllegalStateException("two vectors " + name);
        }
    }
}
