package dev.baliza.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Computes the laws of the books anew from what the API tells, and believes none of its residuals. Thread: one. Spec: SPEC §5.1.
 */
final class Laws {
    private static final List<String> TERMS = List.of("accepted", "rejected", "lost", "missing", "outstanding");
    /** Of the ledger; these never fall. */
    private static final List<String> RISING = List.of("expected", "accepted", "rejected");

    private final Law epochs = new Law("I1", "expected = accepted + rejected + lost + missing + outstanding");
    private final Law frames = new Law("I2", "frames authenticated = their outcomes + pending");
    private final Law datagrams = new Law("I3a", "datagrams read = their outcomes");
    private final Law framed = new Law("I3b", "frames delimited = faults + authenticated + in hand-over");
    private final Law sums = new Law("sums", "the devices add up to the server's totals");
    private final Law residuals = new Law("own", "the server's own residuals are 0");

    /** In the order in which they are shown. */
    List<Law> all() {
        return List.of(epochs, frames, datagrams, framed, sums, residuals);
    }

    /** Checks one device, as {@code /api/v1/devices} shows it. */
    void device(JsonNode device) {
        String label = device.path("label").asText();
        JsonNode total = device.path("ledger");
        balance(label, total, total.path("expected").asLong());
        long open = 0;
        for (JsonNode epoch : device.path("epochs")) {
            String where = label + " epoch " + epoch.path("epoch").asLong();
            boolean based = epoch.path("based").asBoolean();
            long span = based ? epoch.path("next").asLong() - epoch.path("base").asLong() : 0;
            balance(where, epoch.path("ledger"), span);
            epochs.same(where, epoch.path("ledger").path("expected").asLong(), span);
            epochs.within(
                    where + " pending",
                    epoch.path("pending").asLong(),
                    0,
                    epoch.path("ledger").path("outstanding").asLong()
                            + epoch.path("ledger").path("missing").asLong());
            open += span;
        }
        epochs.within(label + " open epochs", open, 0, total.path("expected").asLong());
        residuals.same(label, total.path("imbalance").asLong(-1), 0);
    }

    private void balance(String where, JsonNode ledger, long expected) {
        long sum = 0;
        for (String term : TERMS) {
            long count = ledger.path(term).asLong(-1);
            epochs.within(where + " " + term, count, 0, Long.MAX_VALUE);
            sum += count;
        }
        epochs.same(where, expected, sum);
    }

    /** Checks what {@code /api/v1/ledger} says in itself. */
    void server(JsonNode ledger) {
        JsonNode received = ledger.path("received");
        JsonNode gauges = ledger.path("gauges");
        JsonNode total = ledger.path("ledger");
        balance("server", total, total.path("expected").asLong());
        long authenticated = sum(received.path("authenticated"));
        frames.same(
                "server",
                authenticated,
                deepSum(ledger.path("frames")) + gauges.path("pending_frames").asLong());
        datagrams.same("server", received.path("datagrams").asLong(-1), sum(ledger.path("datagrams")));
        framed.same(
                "server",
                sum(received.path("framed")),
                deepSum(ledger.path("faults"))
                        + authenticated
                        + gauges.path("handover_frames").asLong());
        sums.same(
                "frames rejected by reason",
                sum(ledger.path("rejected")),
                total.path("rejected").asLong());
        residuals.same("server", ledger.path("imbalance").asLong(-1), 0);
    }

    /**
     * Compares the sums of all devices with the totals before and after they were read: a server that is at work counts on meanwhile.
     * Only rising numbers can be compared while it does.
     */
    void sums(List<JsonNode> devices, JsonNode before, JsonNode after) {
        boolean quiet = before.path("ledger").equals(after.path("ledger"));
        for (String field : quiet ? TERMS : RISING) {
            long sum = devices.stream()
                    .mapToLong(device -> device.path("ledger").path(field).asLong())
                    .sum();
            sums.within(
                    "frames " + field,
                    sum,
                    before.path("ledger").path(field).asLong(),
                    after.path("ledger").path(field).asLong());
        }
        long readings = devices.stream()
                .mapToLong(device -> device.path("readings").asLong())
                .sum();
        sums.within("readings", readings, sum(before.path("readings")), sum(after.path("readings")));
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private static long deepSum(JsonNode byTransport) {
        long sum = 0;
        for (JsonNode counts : byTransport) {
            sum += sum(counts);
        }
        return sum;
    }
}
