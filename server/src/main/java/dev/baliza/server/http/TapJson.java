package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.tap.TapEvent;
import dev.baliza.server.tap.TapFilter;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** One line of a tap. */
final class TapJson {
    private TapJson() {}

    /** {@code {"lost": n}}: so many events did not fit while the client did not read. */
    static ByteBuf lost(long count) {
        return Json.encode(g -> g.writeNumberField("lost", count));
    }

    static ByteBuf event(TapEvent event, boolean withBytes) {
        return Json.encode(g -> write(g, event, withBytes));
    }

    private static void write(JsonGenerator g, TapEvent event, boolean withBytes) throws IOException {
        g.writeStringField(
                "time", Instant.EPOCH.plus(event.micros(), ChronoUnit.MICROS).toString());
        g.writeStringField("transport", event.transport().label());
        String host = event.remote().getAddress().getHostAddress();
        g.writeStringField(
                "remote",
                (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + event.remote().getPort());
        if (event.device() != null) {
            g.writeStringField("device", event.device());
        }
        TapEvent.Head head = event.head();
        if (head != null) {
            g.writeStringField("id", Names.hex(head.device()));
            g.writeStringField("type", TapFilter.typeName(head.type()));
            g.writeNumberField("epoch", head.epoch());
            g.writeNumberField("seq", head.seq());
            g.writeNumberField("pn", head.pn());
            g.writeNumberField("level", head.level());
        }
        g.writeNumberField("size", event.size());
        g.writeStringField("outcome", event.outcome());
        if (event.code() != null) {
            g.writeStringField("code", event.code().name());
        }
        if (event.detail() != null) {
            g.writeStringField("detail", event.detail());
        }
        if (event.readings() != null) {
            g.writeStringField("readings", event.readings());
        }
        if (!event.skipped().isEmpty()) {
            g.writeObjectFieldStart("skipped");
            for (var skipped : event.skipped().entrySet()) {
                g.writeNumberField(skipped.getKey().label(), skipped.getValue());
            }
            g.writeEndObject();
        }
        if (withBytes && event.bytes() != null) {
            ByteBuffer bytes = event.bytes().duplicate();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            g.writeStringField("bytes", HexFormat.of().formatHex(copy));
        }
    }
}
