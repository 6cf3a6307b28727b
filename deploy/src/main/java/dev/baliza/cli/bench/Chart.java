package dev.baliza.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * Lines over logarithmic axes as SVG.
 *
 * @param x what grows, with its unit
 * @param y what it does, with its unit
 */
record Chart(String title, String x, String y, List<Line> lines) {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 90;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 60;
    private static final int LEGEND_STEP = 18;
    /** Higher powers of ten are written as powers. */
    private static final int MOST_PLAIN = 3;

    private static final List<String> COLOURS = List.of("#0b6e4f", "#c8553d", "#2e5eaa", "#8a5a9e");

    /** One line; x and y are positive. */
    record Line(String name, List<Point> points) {}

    /** One measured point. */
    record Point(double x, double y) {}

    /** Decades that cover some numbers. */
    private record Axis(int from, int to) {
        static Axis of(double[] numbers) {
            double min = Double.MAX_VALUE;
            double max = Double.MIN_VALUE;
            for (double number : numbers) {
                min = Math.min(min, number);
                max = Math.max(max, number);
            }
            int from = (int) Math.floor(Math.log10(min));
            return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(max) - 1e-9)));
        }

        /** 0–1. */
        double place(double number) {
            return (Math.log10(number) - from) / (to - from);
        }
    }

    String svg() {
        Axis across = Axis.of(lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::x)
                .toArray());
        Axis up = Axis.of(lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::y)
                .toArray());
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>",
                WIDTH,
                HEIGHT);
        add(svg, "<rect width='%d' height='%d' fill='white'/>", WIDTH, HEIGHT);
        text(svg, WIDTH / 2.0, TOP / 2.0, "middle", title);
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 15, "middle", x);
        add(
                svg,
                "<text transform='translate(18 %d) rotate(-90)' text-anchor='middle'>%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2,
                y);
        for (int decade = across.from(); decade <= across.to(); decade++) {
            double at = across(across, Math.pow(10, decade));
            add(svg, "<path d='M%.1f %dV%d' stroke='#ddd'/>", at, TOP, HEIGHT - BOTTOM);
            text(svg, at, HEIGHT - BOTTOM + 18, "middle", power(decade));
        }
        for (int decade = up.from(); decade <= up.to(); decade++) {
            double at = up(up, Math.pow(10, decade));
            add(svg, "<path d='M%d %.1fH%d' stroke='#ddd'/>", LEFT, at, WIDTH - RIGHT);
            text(svg, LEFT - 8, at + 4, "end", power(decade));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), i, across, up);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(StringBuilder svg, Line line, String colour, int index, Axis across, Axis up) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            double left = across(across, point.x());
            double top = up(up, point.y());
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", left, top));
            add(svg, "<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'/>", left, top, colour);
        }
        add(svg, "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, colour);
        int legend = TOP + LEGEND_STEP * (index + 1);
        add(svg, "<path d='M%d %dh20' stroke='%s' stroke-width='2'/>", LEFT + 12, legend - 4, colour);
        text(svg, LEFT + 38, legend, "start", line.name());
    }

    private static double across(Axis axis, double number) {
        return LEFT + axis.place(number) * (WIDTH - LEFT - RIGHT);
    }

    private static double up(Axis axis, double number) {
        return HEIGHT - BOTTOM - axis.place(number) * (HEIGHT - TOP - BOTTOM);
    }

    private static String power(int decade) {
        return decade >= 0 && decade <= MOST_PLAIN
                ? Integer.toString((int) Math.pow(10, decade))
                : "10<tspan dy='-5' font-size='9'>%d</tspan>".formatted(decade);
    }

    private static void text(StringBuilder svg, double left, double top, String anchor, String words) {
        add(svg, "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", left, top, anchor, words);
    }

    private static void add(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
