package dev.baliza.sim.decode;

import dev.baliza.protocol.Names;
import dev.baliza.protocol.dissect.Dissection;
import dev.baliza.protocol.dissect.Dissector;
import dev.baliza.protocol.dissect.Fault;
import dev.baliza.protocol.dissect.Field;
import dev.baliza.protocol.dissect.Head;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;

/** Frames as a table of offset, bytes, field and meaning. */
public final class DissectionText {
    private static final HexFormat FORMAT = HexFormat.ofDelimiter(" ");
    private static final int BYTES_A_LINE = 16;

    private DissectionText() {}

    /** The table of frames that stand back to back. */
    public static String table(ByteBuffer frames) {
        StringBuilder out = new StringBuilder();
        for (Dissection dissection : new Dissector(frames.limit()).datagram(frames)) {
            fields(out, frames, dissection);
        }
        return out.toString();
    }

    /** A heading, the table, and what is wrong. Each byte of the frame stands there exactly once. */
    static void write(StringBuilder out, ByteBuffer bytes, Dissection dissection, int number) {
        out.append("frame ")
                .append(number)
                .append("  ")
                .append(heading(dissection))
                .append('\n');
        fields(out, bytes, dissection);
        Fault fault = dissection.fault();
        if (fault != null) {
            out.append("  BAD   ").append(fault).append('\n');
            if (fault.index() >= 0) {
                out.append("        of reading or channel ")
                        .append(fault.index())
                        .append('\n');
            }
            out.append("        ").append(fault.advice()).append('\n');
        }
        dissection.notes().forEach(note -> out.append("  note  ").append(note).append('\n'));
        out.append('\n');
    }

    private static String heading(Dissection dissection) {
        Head head = dissection.head();
        String status = dissection.status().name().toLowerCase(Locale.ROOT);
        if (head == null) {
            return "at byte %d, %d bytes, %s".formatted(dissection.offset(), dissection.length(), status);
        }
        return "%s of %s, epoch %d, seq %d, pn %d, %s, at byte %d, %d bytes, %s"
                .formatted(
                        head.type(),
                        head.name() == null ? Names.hex(head.device()) : head.name(),
                        head.epoch(),
                        head.seq(),
                        head.pn(),
                        head.level(),
                        dissection.offset(),
                        dissection.length(),
                        status);
    }

    private static void fields(StringBuilder out, ByteBuffer bytes, Dissection dissection) {
        for (Field field : dissection.fields()) {
            String what = field.meaning().isEmpty() ? field.name() : field.name() + ": " + field.meaning();
            for (int at = 0; at < field.length(); at += BYTES_A_LINE) {
                byte[] part = new byte[Math.min(BYTES_A_LINE, field.length() - at)];
                bytes.get(field.offset() + at, part);
                out.append("%6d  %-49s%s"
                                .formatted(field.offset() + at, FORMAT.formatHex(part), at == 0 ? what : "")
                                .stripTrailing())
                        .append('\n');
            }
        }
    }
}
