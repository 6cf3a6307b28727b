package dev.baliza.server.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scrapes a server without pause, through its restarts, and notes each durable counter that falls or is not there any more. */
final class CounterWatch implements AutoCloseable {
    private static final Pattern DURABLE = Pattern.compile(
            "(?m)^(baliza_readings_total\\S*|baliza_ledger_expected_total|baliza_readings_skipped_total\\S*"
                    + "|baliza_ledger_frames_total\\{state=\"(?:accepted|rejected|lost)\"}) (\\S+)$");
    private static final Pattern IMBALANCE = Pattern.compile("(?m)^baliza_ledger_imbalance (\\S+)$");
    private static final int MOST_FALLS = 20;

    private final LastingServer server;
    private final Map<String, Double> highest = new HashMap<>();
    private final List<String> falls = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "counter-watch");
    private volatile boolean ends;
    private int scrapes;

    CounterWatch(LastingServer server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!ends) {
                try {
                    scraped(server.text("/metrics"));
                } catch (IOException e) {
                    // between two processes
                }
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void scraped(String text) {
        Map<String, Double> now = new HashMap<>();
        Matcher line = DURABLE.matcher(text);
        while (line.find()) {
            now.put(line.group(1), Double.valueOf(line.group(2)));
        }
        highest.forEach((name, value) -> {
            Double seen = now.get(name);
            if (seen == null || seen < value) {
                fell("%s fell from %s to %s".formatted(name, value, seen));
            }
        });
        Matcher imbalance = IMBALANCE.matcher(text);
        if (!imbalance.find() || Double.parseDouble(imbalance.group(1)) != 0) {
            fell("baliza_ledger_imbalance is not 0");
        }
        highest.putAll(now);
        scrapes++;
    }

    private void fell(String what) {
        if (falls.size() < MOST_FALLS) {
            falls.add(what);
        }
    }

    /** What went wrong. */
    synchronized List<String> falls() {
        return List.copyOf(falls);
    }

    synchronized int scrapes() {
        return scrapes;
    }

    /** Counters that were watched. */
    synchronized int counters() {
        return highest.size();
    }

    @Override
    public void close() {
        ends = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
