package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.books.Snapshot;
import dev.baliza.server.books.Transport;
import java.io.IOException;
import java.util.Map;

/** The JSON of the books of the whole server. */
final class LedgerJson {
    private LedgerJson() {}

    static void write(JsonGenerator g, Snapshot books, PageInfo info, long nowMicros) throws IOException {
        g.writeStringField("version", info.version());
        g.writeBooleanField("insecure", info.insecure());
        g.writeStringField("instance", "%08x".formatted(info.instance()));
        g.writeNumberField("nowMicros", nowMicros);
        g.writeNumberField("imbalance", books.imbalance());
        DeviceJson.ledger(g, books.ledger());
        g.writeObjectFieldStart("received");
        g.writeNumberField("datagrams", books.received().datagrams());
        transports(g, "framed", books.received().framed());
        transports(g, "authenticated", books.received().authenticated());
        g.writeEndObject();
        g.writeObjectFieldStart("frames");
        for (Transport transport : Transport.values()) {
            Map<Outcome, Long> outcomes = books.frames().getOrDefault(transport, Map.of());
            g.writeObjectFieldStart(transport.label());
            for (Outcome outcome : Outcome.values()) {
                g.writeNumberField(outcome.label(), outcomes.getOrDefault(outcome, 0L));
            }
            g.writeEndObject();
        }
        g.writeEndObject();
        g.writeObjectFieldStart("faults");
        for (Transport transport : Transport.values()) {
            Map<FrameFault, Long> faults = books.faults().getOrDefault(transport, Map.of());
            g.writeObjectFieldStart(transport.label());
            for (FrameFault fault : FrameFault.values()) {
                g.writeNumberField(fault.label(), faults.getOrDefault(fault, 0L));
            }
            g.writeEndObject();
        }
        g.writeEndObject();
        g.writeObjectFieldStart("datagrams");
        for (DatagramOutcome outcome : DatagramOutcome.values()) {
            g.writeNumberField(outcome.label(), books.datagrams().getOrDefault(outcome, 0L));
        }
        g.writeEndObject();
        transports(g, "readings", books.readings());
        g.writeObjectFieldStart("skipped");
        for (SkipReason reason : SkipReason.values()) {
            g.writeNumberField(reason.label(), books.skipped().getOrDefault(reason, 0L));
        }
        g.writeEndObject();
        g.writeObjectFieldStart("seriesRefused");
        for (SeriesRefusal reason : SeriesRefusal.values()) {
            g.writeNumberField(reason.label(), books.seriesRefused().getOrDefault(reason, 0L));
        }
        g.writeEndObject();
        g.writeNumberField("kernelDrops", books.kernelDrops());
        Json.counts(g, "refused", books.refused());
        Json.counts(g, "rejected", books.rejected());
        Json.counts(g, "events", books.events());
        Json.counts(g, "gauges", books.gauges());
    }

    private static void transports(JsonGenerator g, String field, Map<Transport, Long> counts) throws IOException {
        g.writeObjectFieldStart(field);
        for (Transport transport : Transport.values()) {
            g.writeNumberField(transport.label(), counts.getOrDefault(transport, 0L));
        }
        g.writeEndObject();
    }
}
