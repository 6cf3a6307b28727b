package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Kind;
import dev.baliza.protocol.SensorType;
import dev.baliza.server.books.SeriesRefusal;
import dev.baliza.server.books.Shape;
import dev.baliza.server.books.SkipReason;
import dev.baliza.server.units.Unit;
import org.jspecify.annotations.Nullable;

/** A described channel of a device, bound to its series. Thread: its shard's. */
final class Channel {
    private static final String[] AXES = {"x", "y", "z", "w"};
    private static final String[] POSITION = {"latitude", "longitude", "altitude"};
    private static final Unit[] POSITION_UNITS = {Unit.of("deg"), Unit.of("deg"), Unit.of("m")};

    final ChannelTraits traits;
    /** One per component. A refused channel has one that only counts what was skipped. */
    final Series[] series;
    /** Why its readings are skipped, or null when they are used. */
    final @Nullable SeriesRefusal refusal;

    Channel(ChannelTraits traits, Series[] series, @Nullable SeriesRefusal refusal) {
        this.traits = traits;
        this.series = series;
        this.refusal = refusal;
    }

    ChannelDescription description() {
        return traits.description;
    }

    /** The unit of its values. Truths and states have none, and the parts of a position have their own. */
    static Unit unit(ChannelDescription channel) {
        return switch (channel.type()) {
            case BOOLEAN, ENUMERATION, POSITION, TEXT, BYTES -> Unit.NONE;
            default -> Unit.of(channel.unit());
        };
    }

    /** How it is exported. Only single numbers can be counters; text and bytes stay in the API and have no shape. */
    static @Nullable Shape shape(ChannelDescription channel) {
        return switch (channel.type()) {
            case TEXT, BYTES -> null;
            case ENUMERATION -> Shape.STATES;
            case VECTOR2, VECTOR3, VECTOR4 -> Shape.AXES;
            case BOOLEAN, POSITION -> Shape.GAUGE;
            default -> channel.kind() == Kind.COUNTER ? Shape.COUNTER : Shape.GAUGE;
        };
    }

    static String component(SensorType type, int index) {
        return switch (type) {
            case VECTOR2, VECTOR3, VECTOR4 -> AXES[index];
            case POSITION -> POSITION[index];
            default -> "";
        };
    }

    /** Unit of a component of a position. */
    static Unit positionUnit(int index) {
        return POSITION_UNITS[index];
    }

    /** Why a reading of a refused channel is skipped. */
    static SkipReason skipReason(SeriesRefusal refusal) {
        return refusal.isLimit() ? SkipReason.NO_ROOM : SkipReason.SERIES_REFUSED;
    }

    /** Lets those act that depend on it, once a whole batch is applied. */
    void wakeDependents(long arrivalMicros, long epoch, long seq) {
        for (Series one : series) {
            for (Dependent dependent : one.dependents) {
                dependent.run(arrivalMicros, epoch, seq);
            }
        }
    }
}
