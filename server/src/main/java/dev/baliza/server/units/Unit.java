package dev.baliza.server.units;

/**
 * What a UCUM unit becomes in Prometheus: a base unit and the way there, {@code (value × 10^power × factor) + offset}.
 *
 * @param suffix of the metric name; empty for none
 * @param name for people; empty for none
 * @param power of ten, kept apart so that it can be joined with a channel's scale without rounding
 * @param factor whatever is not a power of ten
 * @param known whether {@link UnitTable} has the unit
 */
public record Unit(String suffix, String name, int power, double factor, double offset, boolean known) {
    public static final Unit NONE = new Unit("", "", 0, 1, 0, true);

    /**
     * The unit for a UCUM code. One that is not in the table keeps its values, gets no suffix and is named in the help text;
     * an annotation such as {@code {packets}} is no unit.
     */
    public static Unit of(String ucum) {
        Unit unit = UnitTable.find(ucum);
        if (unit != null) {
            return unit;
        }
        boolean annotation = ucum.startsWith("{") && ucum.indexOf('}') == ucum.length() - 1;
        return annotation ? NONE : new Unit("", "'" + ucum + "'", 0, 1, 0, false);
    }

    /** Whether values of both can stand in one family. */
    public boolean sameBase(Unit other) {
        return suffix.equals(other.suffix) && name.equals(other.name);
    }
}
