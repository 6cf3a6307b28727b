package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** JSON written straight into a buffer. Thread: any. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes the fields of an object that is open already. */
    interface Fields {
        void write(JsonGenerator g) throws IOException;
    }

    private Json() {}

    /** One object and a line end. Ownership of the buffer goes to the caller. */
    static ByteBuf encode(Fields fields) {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.heapBuffer(1024);
        boolean done = false;
        try (OutputStream out = new ByteBufOutputStream(buffer);
                JsonGenerator g = FACTORY.createGenerator(out)) {
            g.writeStartObject();
            fields.write(g);
            g.writeEndObject();
            g.writeRaw('\n');
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!done) {
                buffer.release();
            }
        }
        return buffer;
    }

    /** Sorted by name. */
    static void counts(JsonGenerator g, String field, Map<String, Long> counts) throws IOException {
        g.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
            g.writeNumberField(count.getKey(), count.getValue());
        }
        g.writeEndObject();
    }

    static void strings(JsonGenerator g, String field, Collection<String> strings) throws IOException {
        g.writeArrayFieldStart(field);
        for (String string : strings) {
            g.writeString(string);
        }
        g.writeEndArray();
    }

    /** JSON has no NaN and no infinity: they are null. */
    static void number(JsonGenerator g, String field, double value) throws IOException {
        if (Double.isFinite(value)) {
            g.writeNumberField(field, value);
        } else {
            g.writeNullField(field);
        }
    }
}
