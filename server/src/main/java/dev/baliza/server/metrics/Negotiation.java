package dev.baliza.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a scrape gets: the highest q-value wins (the Prometheus client's own search ignores it). Among equals the more
 * specific range wins, then the one that stands first. Whatever cannot be served gets {@link Format#TEXT}.
 */
final class Negotiation {
    /** One element of a header: {@code value;name=…;q=…}. */
    private record Item(String value, Map<String, String> parameters, double q) {
        private String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }

        /** The more is said, the more it counts: a type and subtype, a type, nothing; one more with a version. */
        private int specificity() {
            int stars = (int) value.chars().filter(c -> c == '*').count();
            return 2 * (2 - Math.min(stars, 2)) + (parameters.containsKey("version") ? 1 : 0);
        }
    }

    private Negotiation() {}

    static Format format(@Nullable String accept) {
        List<Item> items = parse(accept);
        Format best = Format.TEXT;
        double bestQ = 0;
        int bestSpecificity = -1;
        int bestPlace = Integer.MAX_VALUE;
        for (Format format : Format.values()) {
            int place = mostSpecific(items, format);
            if (place < 0) {
                continue;
            }
            Item item = items.get(place);
            int specificity = item.specificity();
            boolean better = item.q() > bestQ
                    || (item.q() == bestQ && item.q() > 0 && specificity > bestSpecificity)
                    || (item.q() == bestQ && item.q() > 0 && specificity == bestSpecificity && place < bestPlace);
            if (better) {
                best = format;
                bestQ = item.q();
                bestSpecificity = specificity;
                bestPlace = place;
            }
        }
        return best;
    }

    /** Whether the answer may be, and is best, compressed. */
    static boolean gzip(@Nullable String acceptEncoding) {
        double gzip = -1;
        double identity = -1;
        double any = -1;
        for (Item item : parse(acceptEncoding)) {
            switch (item.value()) {
                case "gzip", "x-gzip" -> gzip = Math.max(gzip, item.q());
                case "identity" -> identity = item.q();
                case "*" -> any = item.q();
                default -> {}
            }
        }
        double wanted = gzip >= 0 ? gzip : any;
        return wanted > 0 && wanted >= identity;
    }

    /** Index of the range that decides over a format (RFC 9110 §12.5.1), or -1. */
    private static int mostSpecific(List<Item> items, Format format) {
        int found = -1;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            int slash = item.value().indexOf('/');
            if (slash > 0
                    && format.matches(
                            item.value().substring(0, slash),
                            item.value().substring(slash + 1),
                            item.parameter("version"))
                    && (found < 0 || item.specificity() > items.get(found).specificity())) {
                found = i;
            }
        }
        return found;
    }

    private static List<Item> parse(@Nullable String header) {
        List<Item> items = new ArrayList<>();
        if (header == null) {
            return items;
        }
        for (String element : header.split(",", -1)) {
            String[] parts = element.split(";", -1);
            Map<String, String> parameters = new TreeMap<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    String value = parts[i].substring(equals + 1).trim();
                    parameters.putIfAbsent(lower(parts[i].substring(0, equals)), unquoted(value));
                }
            }
            double q = quality(parameters.getOrDefault("q", "1"));
            if (q >= 0) {
                items.add(new Item(lower(parts[0]), parameters, q));
            }
        }
        return items;
    }

    /** 0 to 1, or -1 for what is no q-value: its element is as good as absent. */
    private static double quality(String text) {
        return text.matches("0(\\.[0-9]{0,9})?|1(\\.0{0,9})?") ? Double.parseDouble(text) : -1;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static String lower(String text) {
        return text.trim().toLowerCase(Locale.ROOT);
    }
}
