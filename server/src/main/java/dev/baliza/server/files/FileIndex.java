package dev.baliza.server.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.baliza.protocol.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The list of files beside them: a JSON object a line, the later one of two with the same SHA-256 counts. Confined to one thread. */
final class FileIndex {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path path;

    FileIndex(Path path) {
        this.path = path;
    }

    /** All that can be read; a line that a crash tore is skipped. */
    Map<String, StoredFile> read() throws IOException {
        Map<String, StoredFile> files = new LinkedHashMap<>();
        if (!Files.exists(path)) {
            return files;
        }
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                StoredFile file = parse(line);
                if (file != null && files.size() < FileLimits.FILES) {
                    files.put(file.sha256(), file);
                }
            }
        }
        return files;
    }

    private static @Nullable StoredFile parse(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser in = JSON.createParser(line)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token.isScalarValue()) {
                    fields.put(String.valueOf(in.currentName()), in.getText());
                }
            }
            return new StoredFile(
                    fields.getOrDefault("sha256", ""),
                    Long.parseLong(fields.getOrDefault("size", "")),
                    fields.getOrDefault("name", ""),
                    fields.getOrDefault("mediaType", ""),
                    Long.parseUnsignedLong(fields.getOrDefault("device", "0"), 16),
                    fields.getOrDefault("label", ""),
                    Long.parseLong(fields.getOrDefault("receivedMicros", "0")));
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /** Adds a line and forces it to disk. */
    void append(StoredFile file) throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator g = JSON.createGenerator(line)) {
            g.writeStartObject();
            g.writeStringField("sha256", file.sha256());
            g.writeNumberField("size", file.size());
            g.writeStringField("name", file.name());
            g.writeStringField("mediaType", file.mediaType());
            g.writeStringField("device", Names.hex(file.device()));
            g.writeStringField("label", file.label());
            g.writeNumberField("receivedMicros", file.receivedMicros());
            g.writeEndObject();
        }
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            // behind a line that a crash tore, begin another
            ByteBuffer bytes = ByteBuffer.wrap(("\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }
}
