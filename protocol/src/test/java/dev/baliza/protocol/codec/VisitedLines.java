package dev.baliza.protocol.codec;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.SensorType;
import java.util.ArrayList;
import java.util.List;

/** Writes down the readings that it is shown. */
public final class VisitedLines implements ReadingVisitor {
    private final List<String> lines = new ArrayList<>();

    /** The readings of a batch, which is checked first. */
    public static List<String> of(BatchDecoder decoder, Message.DescribedReadings batch, SensorType... types)
            throws ProtocolException {
        decoder.check(batch, types);
        VisitedLines visited = new VisitedLines();
        decoder.visit(batch, types, visited);
        return visited.lines;
    }

    @Override
    public void whole(int channel, long time, int quality, long raw) {
        lines.add("%d@%d q%d %d".formatted(channel, time, quality, raw));
    }

    @Override
    public void real(int channel, long time, int quality, double value) {
        lines.add("%d@%d q%d %s".formatted(channel, time, quality, value));
    }

    @Override
    public void components(int channel, long time, int quality, double a, double b, double c, double d) {
        lines.add("%d@%d q%d %s %s %s %s".formatted(channel, time, quality, a, b, c, d));
    }
}
