package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.HeardView;
import dev.baliza.server.books.TalkView;
import java.io.IOException;
import java.util.Locale;

/** The JSON of what a device said and was told. */
public final class TalkJson {
    private TalkJson() {}

    /** Members of an object that is open. */
    public static void write(JsonGenerator g, TalkView talk) throws IOException {
        g.writeStringField("id", Names.hex(talk.id()));
        g.writeStringField("label", talk.device());
        g.writeNumberField("heard", talk.heardCount());
        g.writeNumberField("results", talk.results());
        g.writeArrayFieldStart("events");
        for (HeardView heard : talk.heard()) {
            heard(g, heard);
        }
        g.writeEndArray();
        g.writeArrayFieldStart("sent");
        for (DownlinkView sent : talk.sent()) {
            g.writeStartObject();
            members(g, sent);
            g.writeEndObject();
        }
        g.writeEndArray();
    }

    private static void heard(JsonGenerator g, HeardView heard) throws IOException {
        g.writeStartObject();
        g.writeStringField("type", heard.type().name().toLowerCase(Locale.ROOT));
        g.writeNumberField("atMicros", heard.atMicros());
        g.writeNumberField("timeMicros", heard.timeMicros());
        g.writeNumberField("severity", heard.severity());
        g.writeBooleanField("json", heard.json());
        g.writeStringField("author", heard.author());
        g.writeStringField("text", heard.text());
        g.writeEndObject();
    }

    /** Members of an object that is open. */
    public static void members(JsonGenerator g, DownlinkView sent) throws IOException {
        g.writeStringField("id", Names.hex(sent.id()));
        g.writeStringField("type", sent.type().name().toLowerCase(Locale.ROOT));
        g.writeStringField("author", sent.author());
        g.writeStringField("text", sent.text());
        g.writeStringField("state", sent.state().label());
        g.writeNumberField("exitStatus", sent.exitStatus());
        g.writeStringField("output", sent.output());
        g.writeNumberField("queuedMicros", sent.queuedMicros());
        g.writeNumberField("changedMicros", sent.changedMicros());
        g.writeNumberField("deadlineMicros", sent.deadlineMicros());
        g.writeNumberField("transmissions", sent.transmissions());
    }
}
