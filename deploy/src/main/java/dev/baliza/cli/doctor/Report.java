package dev.baliza.cli.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.cli.doctor.Finding.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Findings as lines or as JSON. */
final class Report {
    private Report() {}

    /** A line for each: level, what, and after a dash the line that mends it. */
    static void text(List<Finding> findings, PrintStream out) {
        for (Finding finding : findings) {
            out.printf(
                    "%-4s  %-16s  %s%s%n",
                    label(finding.level()),
                    finding.check(),
                    finding.what(),
                    finding.fix().isEmpty() ? "" : "  — " + finding.fix());
        }
    }

    static void json(List<Finding> findings, PrintStream out) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("healthy", healthy(findings));
            json.writeArrayFieldStart("checks");
            for (Finding finding : findings) {
                json.writeStartObject();
                json.writeStringField("level", label(finding.level()));
                json.writeStringField("check", finding.check());
                json.writeStringField("what", finding.what());
                if (!finding.fix().isEmpty()) {
                    json.writeStringField("fix", finding.fix());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        out.println(text);
    }

    /** Whether nothing failed. */
    static boolean healthy(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.level() == Level.FAIL);
    }

    private static String label(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
