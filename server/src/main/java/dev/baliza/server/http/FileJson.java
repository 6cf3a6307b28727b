package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.FileView;
import java.io.IOException;
import java.util.List;

/** The JSON of the list of files. Limits: the newest 1,000. */
public final class FileJson {
    private static final int MOST = 1_000;

    private FileJson() {}

    public static void write(JsonGenerator g, List<FileView> files) throws IOException {
        g.writeNumberField("count", files.size());
        g.writeArrayFieldStart("files");
        for (FileView file : files.subList(0, Math.min(MOST, files.size()))) {
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
        g.writeEndArray();
    }
}
