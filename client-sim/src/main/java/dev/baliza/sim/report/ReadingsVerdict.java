package dev.baliza.sim.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.SensorType;
import dev.baliza.sim.device.Tally;
import dev.baliza.sim.device.VirtualDevice;
import java.util.List;

/** I8: a device's readings and series against what was sent. */
final class ReadingsVerdict {
    private final VirtualDevice device;
    private final Tally expected;
    private final boolean exact;
    private final boolean ordered;
    private final List<String> differences;

    /**
     * @param exact all that left must have been counted; else only "not more"
     * @param ordered whether the device's own times say which value is the newest
     * @param differences takes a sentence for each
     */
    ReadingsVerdict(VirtualDevice device, Tally expected, boolean exact, boolean ordered, List<String> differences) {
        this.device = device;
        this.expected = expected;
        this.exact = exact;
        this.ordered = ordered;
        this.differences = differences;
    }

    /** Returns the readings that the server counted in this run. */
    long judge(ServerBooks.Device then, ServerBooks.Device now) {
        long counted = now.readings() - then.readings();
        long wanted = expected.readings();
        if (isWrong(counted, wanted)) {
            differences.add("%s: %d readings reached the wire but %d were counted (I8)"
                    .formatted(device.name(), wanted, counted));
        }
        long heard = now.talk() - then.talk();
        if (isWrong(heard, expected.said())) {
            differences.add("%s: %d events, texts and results reached the wire but %d were counted (I8)"
                    .formatted(device.name(), expected.said(), heard));
        }
        List<ChannelDescription> channels = device.channels();
        for (int c = 0; c < channels.size(); c++) {
            ChannelDescription channel = channels.get(c);
            for (int part = 0; part < channel.type().components(); part++) {
                judgeSeries(c, part, channel, then, now);
            }
        }
        return counted;
    }

    private boolean isWrong(long counted, long wanted) {
        return exact ? counted != wanted : counted > wanted;
    }

    private void judgeSeries(
            int index, int part, ChannelDescription channel, ServerBooks.Device then, ServerBooks.Device now) {
        JsonNode was = then.series(channel.quantity(), channel.label(), part);
        JsonNode is = now.series(channel.quantity(), channel.label(), part);
        String place = device.name() + " series " + channel.quantity() + "/" + channel.label()
                + (channel.type().components() > 1 ? "." + is.path("component").asText() : "");
        long count = difference(is, was, "count");
        if (isWrong(count, expected.count(index))) {
            differences.add("%s: %d values reached the wire but %d were counted (I8)"
                    .formatted(place, expected.count(index), count));
            return;
        }
        long skipped = difference(is, was, "skipped");
        if (part == 0 && isWrong(skipped, expected.missing(index))) {
            differences.add("%s: %d readings had no value but %d were skipped (I8)"
                    .formatted(place, expected.missing(index), skipped));
        }
        if (count != expected.count(index) || count == 0) {
            return; // which of them were lost on the path is not known here
        }
        if (channel.type() == SensorType.ENUMERATION || channel.type().form() == SensorType.Form.OCTETS) {
            judgeText(place, index, was, is);
            return;
        }
        judgeSums(place, channel, index, part, was, is);
        if (isComparable(was, index)) {
            judgeNewest(place, is.path("last").asDouble(Double.NaN), expected.newest(index, part));
        }
    }

    /** States, texts and bytes have no sum; the newest one is shown. */
    private void judgeText(String place, int index, JsonNode was, JsonNode is) {
        String newest = expected.newestText(index);
        String shown = is.path("text").asText();
        if (isComparable(was, index) && !newest.equals(shown)) {
            differences.add(
                    "%s: the newest text sent is %s but the server shows %s (I8)".formatted(place, newest, shown));
        }
    }

    /** Whether this run has the newest value: an earlier one may have had a clock that was fast. */
    private boolean isComparable(JsonNode was, int index) {
        return ordered && was.path("lastMicros").asLong() / 1_000 <= expected.newestMillis(index);
    }

    private void judgeNewest(String place, double last, double newest) {
        if (!(Math.abs(last - newest) <= 1e-12 * Math.max(1, Math.abs(last)))) {
            differences.add(
                    "%s: the newest value sent is %s but the server shows %s (I8)".formatted(place, newest, last));
        }
    }

    private static long difference(JsonNode is, JsonNode was, String field) {
        return is.path(field).asLong() - was.path(field).asLong();
    }

    private void judgeSums(String place, ChannelDescription channel, int index, int part, JsonNode was, JsonNode is) {
        if (channel.type().form() == SensorType.Form.INTEGER) {
            long rawSum = expected.rawSum(index);
            long counted = Long.parseLong(is.path("rawSum").asText("0"))
                    - Long.parseLong(was.path("rawSum").asText("0"));
            if (counted != rawSum) {
                differences.add("%s: the raw sum is %d but the server has %d (I8)".formatted(place, rawSum, counted));
            }
        }
        double sum = expected.sum(index, part);
        double counted = is.path("sum").asDouble() - was.path("sum").asDouble();
        double scale = Math.max(
                expected.magnitude(index, part), Math.abs(is.path("sum").asDouble()));
        if (Math.abs(counted - sum) > 1e-9 * Math.max(1, scale)) {
            differences.add("%s: the sum is %s but the server has %s (I8)".formatted(place, sum, counted));
        }
    }
}
