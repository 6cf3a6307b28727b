package dev.baliza.sim.scenario;

import java.util.Locale;

/**
 * What goes wrong on the way, out and back, each for single frames.
 *
 * @param loss probability that a frame is not sent
 * @param dup probability that it is sent twice
 * @param reorder probability that it is held back
 * @param reorderSpan at most so many later frames overtake one that is held back
 */
public record Faults(double loss, double dup, double reorder, int reorderSpan) {
    public static final Faults NONE = new Faults(0, 0, 0, 50);

    public boolean any() {
        return loss > 0 || dup > 0 || reorder > 0;
    }

    /** Reads {@code loss=0.05,dup=0.02,reorder=0.05,reorder-span=200}. */
    public static Faults parse(String text) {
        double loss = 0;
        double dup = 0;
        double reorder = 0;
        int span = NONE.reorderSpan;
        for (String part : text.split(",", -1)) {
            String[] pair = part.trim().split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException("'" + part + "' must be name=value, such as loss=0.05");
            }
            switch (pair[0].toLowerCase(Locale.ROOT)) {
                case "loss" -> loss = probability(part, pair[1]);
                case "dup" -> dup = probability(part, pair[1]);
                case "reorder" -> reorder = probability(part, pair[1]);
                case "reorder-span" -> span = span(part, pair[1]);
                default ->
                    throw new IllegalArgumentException(
                            "unknown fault '" + pair[0] + "'; there are loss, dup, reorder and reorder-span");
            }
        }
        return new Faults(loss, dup, reorder, span);
    }

    private static double probability(String part, String value) {
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= 0.9) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        throw new IllegalArgumentException("'" + part + "': a probability from 0 to 0.9");
    }

    private static int span(String part, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= 500) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        throw new IllegalArgumentException("'" + part + "': a whole number from 1 to 500");
    }
}
