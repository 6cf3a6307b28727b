package dev.baliza.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.ClockView;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.EpochView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.SeriesView;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of a device; the simulator compares it with what it sent. */
public final class DeviceJson {
    private DeviceJson() {}

    /**
     * Writes the members of an object that is open already.
     *
     * @param full with its series
     */
    public static void write(JsonGenerator g, DeviceView device, boolean full) throws IOException {
        g.writeStringField("id", Names.hex(device.id()));
        g.writeStringField("label", device.label());
        g.writeStringField("name", device.name());
        g.writeStringField("transport", device.transport().label());
        g.writeStringField("peer", device.peer());
        g.writeNumberField("firstSeenMicros", device.firstSeenMicros());
        g.writeNumberField("lastSeenMicros", device.lastSeenMicros());
        g.writeNumberField("currentEpoch", device.currentEpoch());
        g.writeObjectFieldStart("frames");
        for (Outcome outcome : Outcome.values()) {
            g.writeNumberField(outcome.label(), device.outcomes().getOrDefault(outcome, 0L));
        }
        g.writeEndObject();
        Json.counts(g, "refused", device.refused());
        ledger(g, device.ledger());
        g.writeArrayFieldStart("epochs");
        for (EpochView epoch : device.epochs()) {
            epoch(g, epoch);
        }
        g.writeEndArray();
        g.writeNumberField("closedEpochs", device.closedEpochs());
        g.writeNumberField("readings", device.readings());
        g.writeNumberField("talk", device.talk());
        clock(g, device.clock());
        if (full) {
            series(g, device.series());
        }
    }

    static void ledger(JsonGenerator g, LedgerTotals ledger) throws IOException {
        g.writeObjectFieldStart("ledger");
        g.writeNumberField("expected", ledger.expected());
        g.writeNumberField("accepted", ledger.accepted());
        g.writeNumberField("rejected", ledger.rejected());
        g.writeNumberField("lost", ledger.lost());
        g.writeNumberField("missing", ledger.missing());
        g.writeNumberField("outstanding", ledger.outstanding());
        g.writeNumberField("late", ledger.late());
        g.writeNumberField("imbalance", ledger.imbalance());
        g.writeEndObject();
    }

    private static void epoch(JsonGenerator g, EpochView epoch) throws IOException {
        g.writeStartObject();
        g.writeNumberField("epoch", epoch.epoch());
        g.writeStringField("state", epoch.state().name().toLowerCase(Locale.ROOT));
        g.writeBooleanField("based", epoch.based());
        g.writeNumberField("base", epoch.base());
        g.writeNumberField("floor", epoch.floor());
        g.writeNumberField("cum", epoch.cum());
        g.writeNumberField("next", epoch.next());
        g.writeNumberField("pending", epoch.pending());
        ledger(g, epoch.ledger());
        g.writeEndObject();
    }

    private static void clock(JsonGenerator g, @Nullable ClockView clock) throws IOException {
        if (clock == null) {
            g.writeNullField("clock");
            return;
        }
        g.writeObjectFieldStart("clock");
        g.writeNumberField("offsetSeconds", clock.offsetSeconds());
        g.writeNumberField("roundTripSeconds", clock.roundTripSeconds());
        Double drift = clock.driftPpm();
        Json.number(g, "driftPpm", drift == null ? Double.NaN : drift);
        g.writeEndObject();
    }

    private static void series(JsonGenerator g, List<SeriesView> all) throws IOException {
        g.writeArrayFieldStart("series");
        for (SeriesView series : all) {
            g.writeStartObject();
            g.writeStringField("quantity", series.quantity());
            g.writeStringField("channel", series.channel());
            g.writeStringField("component", series.component());
            g.writeStringField("unit", series.unit());
            g.writeStringField("type", series.type().name());
            g.writeStringField("metric", series.metric());
            SeriesRefusal refusal = series.refusal();
            g.writeStringField("refused", refusal == null ? null : refusal.label());
            g.writeNumberField("count", series.count());
            g.writeNumberField("skipped", series.skipped());
            // A string, because most readers of JSON keep only 53 bits of a number.
            g.writeStringField("rawSum", Long.toString(series.rawSum()));
            Json.number(g, "sum", series.sum());
            Json.number(g, "last", series.last());
            g.writeNumberField("lastMicros", series.lastMicros());
            g.writeNumberField("expiresMicros", series.expiresMicros());
            g.writeStringField("text", series.text());
            g.writeEndObject();
        }
        g.writeEndArray();
    }
}
