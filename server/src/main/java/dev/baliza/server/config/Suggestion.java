package dev.baliza.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** "Did you mean …": the closest of the known words, by edits and by a shared last part. */
public final class Suggestion {
    /** Longer words are not typing errors, and would take long to compare. */
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** The closest word, if it is close: at most a third of its letters differ, or only its section does. */
    public static Optional<String> closest(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .filter(k -> distance(word, k) <= Math.max(2, k.length() / 3) || sameLastPart(word, k))
                .min(Comparator.comparingInt(k -> distance(word, k)));
    }

    private static boolean sameLastPart(String a, String b) {
        return a.substring(a.lastIndexOf('.') + 1).equals(b.substring(b.lastIndexOf('.') + 1));
    }

    /** Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
