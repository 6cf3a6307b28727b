package dev.baliza.server.aggregate;

/**
 * Lowest and highest value of fixed windows of time, of which the last complete one is shown: the same to everyone who asks,
 * however often. Thread: its shard's.
 */
final class Window {
    private final long lengthMicros;
    private long index = Long.MIN_VALUE;
    private double min;
    private double max;
    private long previousIndex = Long.MIN_VALUE;
    private double previousMin;
    private double previousMax;

    Window(long lengthMicros) {
        this.lengthMicros = lengthMicros;
    }

    void add(double[] values, int count, long arrivalMicros) {
        double lowest = values[0];
        double highest = values[0];
        for (int i = 1; i < count; i++) {
            lowest = Math.min(lowest, values[i]);
            highest = Math.max(highest, values[i]);
        }
        long at = Math.floorDiv(arrivalMicros, lengthMicros);
        if (at != index) {
            previousIndex = index;
            previousMin = min;
            previousMax = max;
            index = at;
            min = lowest;
            max = highest;
        } else {
            min = Math.min(min, lowest);
            max = Math.max(max, highest);
        }
    }

    /** Whether anything arrived in the last complete window. */
    boolean isComplete(long nowMicros) {
        long complete = Math.floorDiv(nowMicros, lengthMicros) - 1;
        return index == complete || previousIndex == complete;
    }

    /** Lowest value of the last complete window; only when there is one. */
    double min(long nowMicros) {
        return isCurrentComplete(nowMicros) ? min : previousMin;
    }

    double max(long nowMicros) {
        return isCurrentComplete(nowMicros) ? max : previousMax;
    }

    private boolean isCurrentComplete(long nowMicros) {
        return index == Math.floorDiv(nowMicros, lengthMicros) - 1;
    }
}
