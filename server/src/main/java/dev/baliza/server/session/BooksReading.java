package dev.baliza.server.session;

import dev.baliza.server.aggregate.SampleSink;
import java.util.List;

/**
 * The books of a shard on their way out: first the newest values of its series, some at a time so that frames can be judged between,
 * then all counts at one moment. Thread: the shard's.
 */
public final class BooksReading {
    private final List<Session> sessions;
    private final ShardCounters counters;
    private final ShardTools tools;
    private final SampleSink samples;
    private int next;

    /** @param sessions may grow, but keep their places */
    BooksReading(List<Session> sessions, ShardCounters counters, ShardTools tools, long nowMicros) {
        this.sessions = sessions;
        this.counters = counters;
        this.tools = tools;
        samples = new SampleSink(nowMicros);
    }

    /**
     * Reads series of one device after the other.
     *
     * @param enough for this call: the device that brings so many values is the last
     * @return whether there are more
     */
    public boolean goOn(int enough) {
        int first = next;
        int before = samples.samples().size();
        while (next < sessions.size()
                && next - first < enough
                && samples.samples().size() - before < enough) {
            sessions.get(next++).samples(samples);
        }
        return next < sessions.size();
    }

    /** What was read, and all counts as of now. */
    public ShardBooks books(long nowMicros) {
        return ShardBooks.of(counters, tools.downlink(), tools.aggregator(), sessions, samples, nowMicros);
    }
}
