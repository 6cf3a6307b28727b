package dev.baliza.server.aggregate;

import dev.baliza.server.books.Sample;
import dev.baliza.server.books.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is exported of series at one moment. Thread: one shard's; used once. */
public final class SampleSink {
    private final long nowMicros;
    private final List<Sample> samples = new ArrayList<>();
    private long stale;

    public SampleSink(long nowMicros) {
        this.nowMicros = nowMicros;
    }

    public List<Sample> samples() {
        return samples;
    }

    /** Series that had values but left the scrape, because nothing arrived for three of their intervals. */
    public long stale() {
        return stale;
    }

    void add(String device, Channel channel, SeriesRules rules) {
        for (Series series : channel.series) {
            Family family = series.family;
            if (family == null || series.count() == 0) {
                continue;
            }
            if (nowMicros > series.expiresMicros(rules.unknownIntervalMicros())) {
                stale++;
                continue;
            }
            String label = channel.description().label();
            if (family.shape() == Shape.STATES) {
                addStates(family, device, label, channel, series);
            } else {
                String axis = family.shape() == Shape.AXES ? series.component : "";
                samples.add(
                        new Sample(family.metric(), family.shape(), family.help(), device, label, axis, series.last()));
                addWindow(family, device, label, axis, series, rules);
            }
        }
    }

    private void addStates(Family family, String device, String label, Channel channel, Series series) {
        List<String> described = channel.description().labels();
        Set<String> names = new LinkedHashSet<>(described.isEmpty() ? series.numbers() : described);
        String state = series.text();
        if (state != null) {
            names.add(state); // of an earlier description
        }
        for (String name : names) {
            double value = name.equals(state) ? 1 : 0;
            samples.add(new Sample(family.metric(), Shape.STATES, family.help(), device, label, name, value));
        }
    }

    private void addWindow(Family family, String device, String label, String axis, Series series, SeriesRules rules) {
        Window window = series.window();
        if (window == null || !window.isComplete(nowMicros)) {
            return;
        }
        String what = family.what() + " that arrived in the last complete window of " + rules.windowText() + ".";
        samples.add(new Sample(
                family.metric() + Family.WINDOW_MIN,
                family.shape(),
                "Lowest " + what,
                device,
                label,
                axis,
                window.min(nowMicros)));
        samples.add(new Sample(
                family.metric() + Family.WINDOW_MAX,
                family.shape(),
                "Highest " + what,
                device,
                label,
                axis,
                window.max(nowMicros)));
    }
}
