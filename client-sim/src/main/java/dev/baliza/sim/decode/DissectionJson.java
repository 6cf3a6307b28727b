package dev.baliza.sim.decode;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.dissect.Dissection;
import dev.baliza.protocol.dissect.Fault;
import dev.baliza.protocol.dissect.Field;
import dev.baliza.protocol.dissect.Head;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;

/** A frame as one JSON object on one line. */
final class DissectionJson {
    private static final JsonMapper JSON = new JsonMapper();

    private DissectionJson() {}

    static String line(Source source, Dissection dissection, int number) {
        ObjectNode out = JSON.createObjectNode().put("frame", number);
        if (source.unit() != null) {
            out.put("packet", source.unit().packet()).put("time", Source.time(source.unit()));
            out.put("transport", Source.transport(source.unit()));
            out.put("from", Source.address(source.unit().from()))
                    .put("to", Source.address(source.unit().to()));
        }
        out.put("offset", dissection.offset()).put("length", dissection.length());
        out.put("status", dissection.status().name().toLowerCase(Locale.ROOT));
        Head head = dissection.head();
        if (head != null) {
            out.put("type", head.type()).put("device", Names.hex(head.device()));
            if (head.name() != null) {
                out.put("name", head.name());
            }
            out.put("epoch", head.epoch()).put("seq", head.seq()).put("pn", head.pn());
            out.put("level", head.level().ordinal());
        }
        if (dissection.fault() != null) {
            fault(out.putObject("fault"), dissection.fault());
        }
        dissection.notes().forEach(out.withArray("/notes")::add);
        fields(out.putArray("fields"), source.bytes(), dissection);
        return out.toString();
    }

    private static void fault(ObjectNode out, Fault fault) {
        out.put("code", fault.code().name()).put("section", fault.section()).put("offset", fault.offset());
        if (fault.index() >= 0) {
            out.put("index", fault.index());
        }
        out.put("detail", fault.detail()).put("advice", fault.advice());
    }

    private static void fields(ArrayNode out, ByteBuffer bytes, Dissection dissection) {
        for (Field field : dissection.fields()) {
            byte[] part = new byte[field.length()];
            bytes.get(field.offset(), part);
            out.addObject()
                    .put("offset", field.offset())
                    .put("bytes", HexFormat.of().formatHex(part))
                    .put("name", field.name())
                    .put("meaning", field.meaning());
        }
    }
}
