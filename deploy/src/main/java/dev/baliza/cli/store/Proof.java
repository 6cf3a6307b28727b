package dev.baliza.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.server.recovery.StoreCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code baliza verify} found.
 *
 * @param source URL or directory
 * @param devices as the API shows them
 * @param store of a data directory; null of a running server
 */
record Proof(String source, List<JsonNode> devices, List<Law> laws, StoreCheck.@Nullable Result store) {
    /** One sentence for each thing that is wrong. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        laws.forEach(law -> faults.addAll(law.broken()));
        if (store != null) {
            faults.addAll(store.differences());
            store.losses().forEach(loss -> faults.add(loss.toString()));
            if (store.unreadable() > 0) {
                faults.add(store.unreadable()
                        + " records could not be applied, because what describes them is damaged or was deleted; their"
                        + " frames count, their readings do not");
            }
        }
        return faults;
    }

    /** Whether every book balances and nothing is damaged. */
    boolean balances() {
        return faults().isEmpty();
    }
}
