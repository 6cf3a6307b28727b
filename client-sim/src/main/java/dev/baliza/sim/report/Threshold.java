package dev.baliza.sim.report;

import dev.baliza.sim.scenario.Options;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A figure that a run must reach, such as {@code ack.p99<50ms} or {@code lost==0}. Times are in milliseconds inside. */
public final class Threshold {
    private static final Pattern FORM = Pattern.compile("\\s*([a-z][a-z.0-9]*)\\s*(<=|>=|==|!=|<|>)\\s*(\\S+)\\s*");
    private static final Map<String, ToDoubleFunction<Summary>> FIGURES = figures();

    private final String text;
    private final String figure;
    private final String operator;
    private final double limit;

    private Threshold(String text, String figure, String operator, double limit) {
        this.text = text;
        this.figure = figure;
        this.operator = operator;
        this.limit = limit;
    }

    private static Map<String, ToDoubleFunction<Summary>> figures() {
        Map<String, ToDoubleFunction<Summary>> figures = new LinkedHashMap<>();
        figures.put("ack.p50", Summary::ackP50Millis);
        figures.put("ack.p99", Summary::ackP99Millis);
        figures.put("ack.max", Summary::ackMaxMillis);
        figures.put("issued", Summary::framesIssued);
        figures.put("accepted", Summary::framesAccepted);
        figures.put("rejected", Summary::framesRejected);
        figures.put("lost", Summary::framesLost);
        figures.put("outstanding", Summary::framesOutstanding);
        figures.put("died", Summary::framesDiedOnDevice);
        figures.put("duplicates", Summary::framesDuplicate);
        figures.put("transmissions", Summary::transmissions);
        figures.put("path.lost", Summary::pathLoss);
        figures.put("readings.issued", Summary::readingsIssued);
        figures.put("readings.counted", Summary::readingsCounted);
        return figures;
    }

    /** Reads one; a wrong one says what there is. */
    public static Threshold parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("threshold '" + text
                    + "': write a figure, one of < <= > >= == !=, and a number, such as ack.p99<50ms");
        }
        String figure = matcher.group(1);
        if (!FIGURES.containsKey(figure)) {
            throw new IllegalArgumentException("threshold '" + text + "': unknown figure '" + figure + "'; there are "
                    + String.join(", ", FIGURES.keySet()));
        }
        return new Threshold(text.trim(), figure, matcher.group(2), limit(text, figure, matcher.group(3)));
    }

    private static double limit(String text, String figure, String value) {
        try {
            return figure.startsWith("ack.")
                    ? Options.duration(value).toNanos() / 1e6
                    : Double.parseDouble(value.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("threshold '" + text + "': '" + value + "' is no number", e);
        }
    }

    /** Whether the run reached it. */
    public boolean holds(Summary summary) {
        double value = value(summary);
        return switch (operator) {
            case "<" -> value < limit;
            case "<=" -> value <= limit;
            case ">" -> value > limit;
            case ">=" -> value >= limit;
            case "==" -> value == limit;
            default -> value != limit;
        };
    }

    private double value(Summary summary) {
        ToDoubleFunction<Summary> function = FIGURES.get(figure);
        if (function == null) {
            throw new IllegalStateException(figure);
        }
        return function.applyAsDouble(summary);
    }

    /** One line for people. */
    public String line(Summary summary) {
        double value = value(summary);
        String shown = figure.startsWith("ack.")
                ? String.format(Locale.ROOT, "%.1f ms", value)
                : String.format(Locale.ROOT, "%,.0f", value);
        return "%s %s (is %s)".formatted(holds(summary) ? "ok    " : "FAILED", text, shown);
    }
}
