package dev.baliza.server.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.server.books.StoredReading;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How readings are written: a line each. */
public enum HistoryFormat {
    JSON("application/x-ndjson; charset=utf-8") {
        @Override
        void begin(OutputStream out) {
            // lines only
        }

        @Override
        void write(String device, StoredReading reading, OutputStream out) throws IOException {
            line(out, g -> {
                g.writeStringField("time", time(reading.timeMicros()));
                g.writeStringField("device", device);
                g.writeStringField("quantity", reading.quantity());
                g.writeStringField("channel", reading.channel());
                if (!reading.component().isEmpty()) {
                    g.writeStringField("component", reading.component());
                }
                g.writeFieldName("value");
                String value = reading.value();
                if (value == null) {
                    g.writeNull();
                } else if (reading.isText()) {
                    g.writeString(value);
                } else {
                    g.writeRawValue(value);
                }
                g.writeStringField("unit", reading.unit());
                g.writeStringField("type", reading.type().name());
                g.writeNumberField("quality", reading.quality());
                g.writeStringField("arrival", time(reading.arrivalMicros()));
                g.writeStringField("transport", reading.transport().label());
                g.writeNumberField("epoch", reading.epoch());
                g.writeNumberField("seq", reading.seq());
            });
        }

        @Override
        void leftOut(long frames, long damaged, OutputStream out) throws IOException {
            line(out, g -> {
                g.writeObjectFieldStart("leftOut");
                g.writeNumberField("framesWithoutDescription", frames);
                g.writeNumberField("damagedRecords", damaged);
                g.writeEndObject();
            });
        }
    },
    CSV("text/csv; charset=utf-8; header=present") {
        @Override
        void begin(OutputStream out) throws IOException {
            print(
                    out,
                    "time,device,quantity,channel,component,value,unit,type,quality,arrival,transport,epoch,seq\r\n");
        }

        @Override
        void write(String device, StoredReading reading, OutputStream out) throws IOException {
            print(
                    out,
                    String.join(
                                    ",",
                                    time(reading.timeMicros()),
                                    quoted(device),
                                    reading.quantity(),
                                    quoted(reading.channel()),
                                    reading.component(),
                                    quoted(reading.value()),
                                    quoted(reading.unit()),
                                    reading.type().name(),
                                    Integer.toString(reading.quality()),
                                    time(reading.arrivalMicros()),
                                    reading.transport().label(),
                                    Long.toString(reading.epoch()),
                                    Long.toString(reading.seq()))
                            + "\r\n");
        }

        @Override
        void leftOut(long frames, long damaged, OutputStream out) throws IOException {
            print(out, "# left out: %d frames without description, %d damaged records\r\n".formatted(frames, damaged));
        }
    };

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String contentType;

    HistoryFormat(String contentType) {
        this.contentType = contentType;
    }

    /** Media type of an answer. */
    public String contentType() {
        return contentType;
    }

    /** @throws IllegalArgumentException there is none of this name */
    public static HistoryFormat of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "json" -> JSON;
            case "csv" -> CSV;
            default -> throw new IllegalArgumentException("format is json or csv");
        };
    }

    abstract void begin(OutputStream out) throws IOException;

    abstract void write(String device, StoredReading reading, OutputStream out) throws IOException;

    /** The last line, where not all could be given. */
    abstract void leftOut(long frames, long damaged, OutputStream out) throws IOException;

    private interface Fields {
        void write(JsonGenerator g) throws IOException;
    }

    private static void line(OutputStream out, Fields fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator g = FACTORY.createGenerator(text)) {
            g.writeStartObject();
            fields.write(g);
            g.writeEndObject();
        }
        text.write('\n');
        print(out, text.toString());
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** RFC 4180; a number stays as it is. */
    private static String quoted(@Nullable String text) {
        if (text == null) {
            return "";
        }
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n' || c == '#');
        return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
