package dev.baliza.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an exposition line by line, as strictly as Prometheus does and a little more. */
final class Scrape {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE =
            Pattern.compile("(?s)([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (NaN|[+-]Inf|-?[0-9][0-9.eE+-]*)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final Map<String, List<String>> SUFFIXES = Map.of(
            "counter", List.of("", "_total"),
            "gauge", List.of(""),
            "histogram", List.of("_bucket", "_count", "_sum"),
            "summary", List.of("", "_count", "_sum"),
            "stateset", List.of(""),
            "info", List.of("_info"));

    /** Value by series; labels sorted. */
    final Map<String, Double> series = new LinkedHashMap<>();

    private final Map<String, Set<String>> labelNames = new LinkedHashMap<>();
    final Map<String, String> types = new LinkedHashMap<>();
    final Map<String, String> helps = new LinkedHashMap<>();

    Scrape(String text, boolean openMetrics) {
        assertThat(text).endsWith("\n");
        List<String> lines = text.lines().toList();
        Set<String> closed = new HashSet<>();
        String family = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (openMetrics && line.equals("# EOF")) {
                assertThat(i).as("nothing behind EOF").isEqualTo(lines.size() - 1);
            } else if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
                String[] parts = line.split(" ", 4);
                assertThat(parts[2]).matches(NAME);
                if (!parts[2].equals(family)) {
                    assertThat(closed.add(family))
                            .as("family is contiguous: " + family)
                            .isTrue();
                    family = parts[2];
                    assertThat(closed).doesNotContain(family);
                }
                assertThat((parts[1].equals("HELP") ? helps : types).put(family, parts[3]))
                        .as(parts[1] + " once for " + family)
                        .isNull();
            } else {
                sample(line, family);
            }
        }
        assertThat(helps.keySet()).isEqualTo(types.keySet());
        assertThat(helps.values()).noneMatch(String::isBlank);
        if (openMetrics) {
            assertThat(text).endsWith("# EOF\n");
        }
    }

    /** Series of a family, by its name without {@code _total}. */
    int count(String family) {
        return (int) series.keySet().stream()
                .map(name -> name.substring(0, name.indexOf('{')))
                .filter(name -> name.equals(family) || name.equals(family + "_total"))
                .count();
    }

    private void sample(String line, String family) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a sample: " + line).isTrue();
        String name = sample.group(1);
        assertThat(name).startsWith(family);
        assertThat(SUFFIXES.get(types.get(family))).as(line).contains(name.substring(family.length()));
        Map<String, String> labels = new TreeMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            int end = 0;
            while (label.find()) {
                assertThat(label.start()).as(line).isEqualTo(end);
                end = label.end();
                assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
            }
            assertThat(end).as(line).isEqualTo(sample.group(2).length());
        }
        labels.values().removeIf(String::isEmpty);
        check(line, family, labels);
        double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
        assertThat(series.put(name + labels, value)).as("one series: " + line).isNull();
    }

    /** All samples of a family have the same labels; only buckets have bounds, and states their family's name. */
    private void check(String line, String family, Map<String, String> labels) {
        String type = types.get(family);
        if ("stateset".equals(type)) {
            assertThat(labels).as(line).containsKey(family);
        }
        assertThat(labels.containsKey("le")).as(line).isEqualTo(line.startsWith(family + "_bucket{"));
        if (family.startsWith("sensor_")) {
            Set<String> names = new HashSet<>(labels.keySet());
            names.remove("le");
            assertThat(labelNames.computeIfAbsent(family, f -> names)).as(line).isEqualTo(names);
        }
    }
}
