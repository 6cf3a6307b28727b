package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.ColumnVisitor;
import dev.baliza.protocol.codec.ReadingColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongFunction;

/** The columns of READINGS, each with its form and its values. Spec: SPEC §7.4. */
final class ColumnFields implements ColumnVisitor {
    private static final int SHOWN = 8;
    private static final String VALUES = "values";

    private record Part(int channel, int end, String name, String meaning) {}

    private final Walk in;
    private final int start;
    private final Message.ColumnReadings batch;
    private final List<Part> parts = new ArrayList<>();
    /** Of the times, then of each component of each channel. */
    private final List<String> values = new ArrayList<>();

    private List<ChannelDescription> channels = List.of();
    private LongFunction<String> timeText = Long::toString;

    /** @param in stands at the first column; all bytes up to its limit are columns */
    ColumnFields(Walk in, TimeMode mode, int count, int hash) throws FaultException {
        this.in = in;
        start = in.position();
        batch = new Message.ColumnReadings(mode, false, count, hash, in.ahead());
    }

    void checkCount() throws FaultException {
        try {
            BatchDecoder.checkCount(batch.count(), in.remaining());
        } catch (ProtocolException e) {
            throw fault(e);
        }
    }

    /** @param ofTime a time in words */
    void read(ChannelSet set, LongFunction<String> ofTime) throws FaultException {
        channels = set.channels();
        timeText = ofTime;
        SensorType[] types = channels.stream().map(ChannelDescription::type).toArray(SensorType[]::new);
        try {
            new BatchDecoder((channel, end, name, meaning) -> parts.add(new Part(channel, end, name, meaning)))
                    .check(batch, types);
        } catch (ProtocolException e) {
            show();
            throw fault(e);
        }
        new BatchDecoder().decode(batch, types, this);
        show();
    }

    private void show() throws FaultException {
        int shown = 0;
        for (Part part : parts) {
            in.slice(start + part.end - in.position());
            boolean known = part.name.equals(VALUES) && shown < values.size();
            in.field(label(part.channel) + ": " + part.name, known ? values.get(shown++) : part.meaning);
        }
    }

    private String label(int channel) {
        if (channel < 0) {
            return "times";
        }
        ChannelDescription of = channels.get(channel);
        return of.quantity() + "/" + Texts.escape(of.label());
    }

    private FaultException fault(ProtocolException e) {
        boolean ends = e.code() == ErrorCode.TRUNCATED || e.code() == ErrorCode.TRAILING_BYTES;
        return new FaultException(
                e.code() == ErrorCode.TRUNCATED ? in.position() + in.remaining() : in.position(),
                e.code(),
                ends ? "7.4.1" : "7.4.2",
                e.index(),
                "expected columns that fill the payload, found " + e.getMessage());
    }

    @Override
    public void times(long[] times, int count) {
        if (batch.mode() != TimeMode.ON_ARRIVAL) {
            String first = timeText.apply(times[0]);
            values.add(count == 1 ? first : first + " … " + timeText.apply(times[count - 1]));
        }
    }

    @Override
    public void column(int channel, ReadingColumn readings) {
        ChannelDescription of = channels.get(channel);
        for (int component = 0; component < readings.type().components(); component++) {
            StringJoiner shown = new StringJoiner(" ");
            for (int i = 0; i < readings.count(); i++) {
                String text = text(readings, component, i, of.scale());
                if (i < SHOWN) {
                    shown.add(text);
                }
            }
            String unit = of.unit().isEmpty() ? "" : " " + Texts.escape(of.unit());
            String more = readings.count() > SHOWN ? " …" : "";
            values.add(shown + more + unit + ", " + readings.count() + " readings");
        }
    }

    private String text(ReadingColumn readings, int component, int index, int scale) {
        int quality = readings.qualityAt(index);
        ValueText value = ValueText.of(readings, component, index, scale);
        if (!Quality.usable(quality)) {
            in.note(ReadingsFields.UNUSED);
            return quality == Quality.NO_VALUE ? "none" : "(" + value.text() + ")";
        }
        if (value.problem() != null) {
            ReadingsFields.noteProblem(in, value.problem());
        }
        return value.text();
    }
}
