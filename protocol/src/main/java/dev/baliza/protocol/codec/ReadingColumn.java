package dev.baliza.protocol.codec;

import dev.baliza.protocol.Quality;
import dev.baliza.protocol.SensorType;
import java.util.Arrays;

/**
 * The readings of one channel of a batch, to be used again for the next one. Receivers may write into its arrays. Thread: its
 * decoder's. Spec: SPEC §7.3, §7.4.
 */
public final class ReadingColumn {
    private static final int MAX_COMPONENTS = 4;

    private final double[][] reals = new double[MAX_COMPONENTS][0];
    private long[] wholes = {};
    private byte[] qualities = {};
    private SensorType type = SensorType.BOOLEAN;
    private int count;
    private boolean qualified;

    /** Makes room for so many readings of a type, all of them good for now. */
    public void start(SensorType of, int readings) {
        type = of;
        count = readings;
        qualified = false;
        if (of.form() == SensorType.Form.INTEGER) {
            if (wholes.length < readings) {
                wholes = new long[readings];
            }
        } else {
            for (int i = 0; i < of.components(); i++) {
                if (reals[i].length < readings) {
                    reals[i] = new double[readings];
                }
            }
        }
    }

    /** Each reading has a quality of its own; good for now. */
    void qualify() {
        qualified = true;
        if (qualities.length < count) {
            qualities = new byte[count];
        }
        Arrays.fill(qualities, 0, count, (byte) Quality.GOOD);
    }

    /** Sets the quality of the only reading. */
    public void quality(int quality) {
        if (quality != Quality.GOOD) {
            qualify();
            qualities[0] = (byte) quality;
        }
    }

    /** Moves the values, which stand without gaps, to the readings that have one; the others get 0, or NaN. */
    void spread(int values) {
        boolean whole = type.form() == SensorType.Form.INTEGER;
        int components = whole ? 0 : type.components();
        int from = values;
        for (int i = count - 1; i >= 0; i--) {
            boolean there = qualities[i] != Quality.NO_VALUE;
            from -= there ? 1 : 0;
            if (whole) {
                wholes[i] = there ? wholes[from] : 0;
            }
            for (int k = 0; k < components; k++) {
                reals[k][i] = there ? reals[k][from] : Double.NaN;
            }
        }
    }

    /** Puts a value in another place; its quality stays where it is. */
    public void move(int from, int to) {
        switch (type.form()) {
            case INTEGER -> wholes[to] = wholes[from];
            case REAL, COMPONENTS -> {
                for (int i = 0; i < type.components(); i++) {
                    reals[i][to] = reals[i][from];
                }
            }
            case OCTETS -> {}
        }
    }

    public SensorType type() {
        return type;
    }

    /** Number of readings, whatever their quality. */
    public int count() {
        return count;
    }

    /** Whether readings have qualities; all are good else. */
    public boolean qualified() {
        return qualified;
    }

    /** Bytes of the qualities, of which the first {@link #count} are; only when it is {@link #qualified}. */
    public byte[] qualities() {
        return qualities;
    }

    /** Quality of one reading. */
    public int qualityAt(int index) {
        return qualified ? qualities[index] & 0xFF : Quality.GOOD;
    }

    /** Integers as {@link ReadingVisitor#whole} has them, of types of form INTEGER. */
    public long[] wholes() {
        return wholes;
    }

    /** Floats of a component, of the other types. */
    public double[] reals(int component) {
        return reals[component];
    }

    /** Takes the readings of another column. */
    void copy(ReadingColumn from) {
        start(from.type, from.count);
        qualified = from.qualified;
        if (qualified) {
            qualities = Arrays.copyOf(from.qualities, count);
        }
        if (type.form() == SensorType.Form.INTEGER) {
            System.arraycopy(from.wholes, 0, wholes, 0, count);
            return;
        }
        for (int i = 0; i < type.components(); i++) {
            System.arraycopy(from.reals[i], 0, reals[i], 0, count);
        }
    }

    /** Shows one reading. */
    void visit(int channel, int index, long time, ReadingVisitor to) {
        int quality = qualityAt(index);
        switch (type.form()) {
            case INTEGER -> to.whole(channel, time, quality, wholes[index]);
            case REAL -> to.real(channel, time, quality, reals[0][index]);
            case COMPONENTS ->
                to.components(channel, time, quality, real(0, index), real(1, index), real(2, index), real(3, index));
            case OCTETS -> throw new IllegalStateException("a batch has no " + type);
        }
    }

    private double real(int component, int index) {
        return component < type.components() ? reals[component][index] : 0;
    }
}
