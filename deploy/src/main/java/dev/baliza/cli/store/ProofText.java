package dev.baliza.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.server.recovery.StoreCheck;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A proof for people, as a table, and for programs, as JSON. */
final class ProofText {
    private static final int MOST_ROWS = 40;
    private static final int MOST_FAULTS = 40;
    private static final List<String> COLUMNS = List.of("accepted", "rejected", "lost", "missing", "outstanding");
    private static final String ROW = "%-24s %12s %10s %10s %10s %12s %14s%n";

    private ProofText() {}

    /** The books on the first stream, what is wrong with them on the second. */
    static void print(Proof proof, PrintStream out, PrintStream err) {
        out.printf(ROW, "device", "accepted", "rejected", "lost", "missing", "outstanding", "readings");
        List<JsonNode> worstFirst = new ArrayList<>(proof.devices());
        worstFirst.sort(Comparator.comparingLong(ProofText::notThere).reversed());
        for (JsonNode device : worstFirst.subList(0, Math.min(MOST_ROWS, worstFirst.size()))) {
            row(device.path("label").asText(), List.of(device), out);
        }
        if (worstFirst.size() > MOST_ROWS) {
            out.printf("… %d more devices; --json has all%n", worstFirst.size() - MOST_ROWS);
        }
        row(proof.devices().size() + " devices", proof.devices(), out);
        out.println();
        StoreCheck.Result store = proof.store();
        if (store != null) {
            long records =
                    store.records().values().stream().mapToLong(Long::longValue).sum();
            out.printf(
                    "%-5s %d records read up to position %d; %s%n",
                    "store",
                    records,
                    store.position(),
                    store.complete()
                            ? "none was deleted: all of them were replayed and compared with the snapshot"
                            : "older ones were deleted: the snapshot cannot be compared with them");
            if (store.unclean()) {
                out.printf("%-5s the last server ended without closing its journal%n", "store");
            }
        }
        for (Law law : proof.laws()) {
            if (law.checks() > 0) {
                out.printf(
                        "%-5s %-70s %s%n",
                        law.id(),
                        law.text(),
                        law.broken().isEmpty() ? "holds" : law.broken().size() + " × BROKEN");
            }
        }
        List<String> faults = proof.faults();
        out.println(faults.isEmpty() ? "the books balance" : "THE BOOKS DO NOT BALANCE");
        faults.stream().limit(MOST_FAULTS).forEach(fault -> err.println("baliza verify: " + fault));
        if (faults.size() > MOST_FAULTS) {
            err.printf("baliza verify: … and %d more; --json has all%n", faults.size() - MOST_FAULTS);
        }
    }

    private static long notThere(JsonNode device) {
        JsonNode ledger = device.path("ledger");
        return ledger.path("lost").asLong()
                + ledger.path("missing").asLong()
                + ledger.path("rejected").asLong();
    }

    private static void row(String label, List<JsonNode> devices, PrintStream out) {
        List<Object> cells = new ArrayList<>(List.of(label));
        for (String column : COLUMNS) {
            cells.add(devices.stream()
                    .mapToLong(device -> device.path("ledger").path(column).asLong())
                    .sum());
        }
        cells.add(devices.stream()
                .mapToLong(device -> device.path("readings").asLong())
                .sum());
        out.printf(ROW, cells.toArray());
    }

    static void json(Proof proof, PrintStream out) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("source", proof.source());
        json.put("balanced", proof.balances());
        ArrayNode faults = json.putArray("faults");
        proof.faults().forEach(faults::add);
        ArrayNode laws = json.putArray("laws");
        for (Law law : proof.laws()) {
            if (law.checks() > 0) {
                laws.addObject()
                        .put("law", law.id())
                        .put("says", law.text())
                        .put("checks", law.checks())
                        .put("broken", law.broken().size());
            }
        }
        StoreCheck.Result store = proof.store();
        if (store != null) {
            ObjectNode found = json.putObject("store")
                    .put("position", store.position())
                    .put("unclean", store.unclean())
                    .put("complete", store.complete());
            ObjectNode records = found.putObject("records");
            store.records().forEach((kind, count) -> records.put(kind.name().toLowerCase(Locale.ROOT), count));
            ArrayNode damage = found.putArray("damage");
            store.damage()
                    .forEach(one -> damage.addObject()
                            .put("reason", one.reason().name().toLowerCase(Locale.ROOT))
                            .put("file", one.file())
                            .put("offset", one.offset())
                            .put("bytes", one.bytes())
                            .put("firstPosition", one.firstPosition())
                            .put("records", one.records()));
        }
        ArrayNode devices = json.putArray("devices");
        for (JsonNode device : proof.devices()) {
            ObjectNode one = devices.addObject();
            for (String field : List.of("id", "label", "ledger", "epochs", "closedEpochs", "readings", "talk")) {
                one.set(field, device.path(field));
            }
        }
        out.println(json);
    }
}
