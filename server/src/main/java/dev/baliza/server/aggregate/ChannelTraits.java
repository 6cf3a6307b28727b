package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.server.books.Shape;
import dev.baliza.server.units.Unit;
import org.jspecify.annotations.Nullable;

/** What follows from a description alone: one for all devices of a shard that describe the same. Immutable. */
final class ChannelTraits {
    final ChannelDescription description;
    final DeviceSeries.Key key;
    final Unit unit;
    final @Nullable Shape shape;
    final Conversion conversion;
    /** Converts by scale alone: the value in the described unit, for the range. */
    final Conversion described;

    final boolean ranged;
    final boolean counter;

    ChannelTraits(ChannelDescription description) {
        this.description = description;
        key = DeviceSeries.key(description);
        unit = Channel.unit(description);
        shape = Channel.shape(description);
        conversion = new Conversion(description.scale(), unit);
        described = new Conversion(description.scale(), Unit.NONE);
        ranged = description.hasRange();
        counter = shape == Shape.COUNTER;
    }

    boolean inRange(double value) {
        return !ranged || (value >= description.min() && value <= description.max());
    }
}
