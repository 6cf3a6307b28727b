package dev.baliza.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What goes wrong in a run. Those of frames act on both directions.
 *
 * @param rates probability of each fault that is asked for, 0 to its {@link Fault#most most}
 * @param burstLength frames in a burst of losses, on average
 * @param reorderSpan at most so many later frames overtake one that is held back
 * @param delayTime at most so late
 */
public record Faults(Map<Fault, Double> rates, int burstLength, int reorderSpan, Duration delayTime) {
    public static final Faults NONE = new Faults(Map.of(), 20, 50, Duration.ofMillis(200));

    private static final List<String> PARAMETERS = List.of("burst-length", "reorder-span", "delay-time");

    public Faults {
        rates = rates.isEmpty() ? Map.of() : Map.copyOf(rates);
    }

    /** Probability; 0 when it was not asked for. */
    public double rate(Fault fault) {
        return rates.getOrDefault(fault, 0.0);
    }

    public boolean any() {
        return !rates.isEmpty();
    }

    /** The same with one fault more. */
    public Faults with(Fault fault, double rate) {
        Map<Fault, Double> more = new EnumMap<>(Fault.class);
        more.putAll(rates);
        more.put(fault, rate);
        return new Faults(more, burstLength, reorderSpan, delayTime);
    }

    /** Reads {@code loss=0.05,burst,reorder=0.05,reorder-span=200}; a name alone takes its usual rate. */
    public static Faults parse(String text) {
        Map<Fault, Double> rates = new EnumMap<>(Fault.class);
        int burstLength = NONE.burstLength;
        int span = NONE.reorderSpan;
        Duration delay = NONE.delayTime;
        for (String part : text.split(",", -1)) {
            String[] pair = part.trim().split("=", 2);
            String name = pair[0].toLowerCase(Locale.ROOT);
            String value = pair.length == 2 ? pair[1].trim() : "";
            switch (name) {
                case "burst-length" -> burstLength = whole(part, value, 1_000);
                case "reorder-span" -> span = whole(part, value, 500);
                case "delay-time" -> delay = time(part, value);
                default -> {
                    Fault fault = Fault.of(name).orElseThrow(() -> unknown(name));
                    double rate = pair.length == 2 ? probability(fault, part, value) : fault.usual();
                    if (rate > 0) {
                        rates.put(fault, rate);
                    } else {
                        rates.remove(fault);
                    }
                }
            }
        }
        return new Faults(rates, burstLength, span, delay);
    }

    private static IllegalArgumentException unknown(String name) {
        List<String> known =
                new ArrayList<>(Stream.of(Fault.values()).map(Fault::label).toList());
        known.addAll(PARAMETERS);
        return new IllegalArgumentException("unknown fault '" + name
                + "'; write name=probability, such as loss=0.05; there are " + String.join(", ", known));
    }

    private static double probability(Fault fault, String part, String value) {
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= fault.most()) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        throw new IllegalArgumentException("'" + part.trim() + "': a probability from 0 to " + fault.most());
    }

    private static int whole(String part, String value, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the same advice
        }
        throw new IllegalArgumentException("'" + part.trim() + "': a whole number from 1 to " + max);
    }

    private static Duration time(String part, String value) {
        Duration time = Options.duration(value);
        if (time.isZero() || time.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("'" + part.trim() + "': a time from 1ms to 10s");
        }
        return time;
    }
}
