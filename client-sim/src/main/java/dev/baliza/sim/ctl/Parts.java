package dev.baliza.sim.ctl;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Parts of one answer as they come, in any order and more than once. Confined to one thread. Spec: SPEC §16.3. */
final class Parts {
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();
    private int count;
    private int status;
    private int missing;

    void take(Message.AdminResult part) {
        if (count != part.parts() || status != part.status()) { // another answer, such as BUSY before
            parts.clear();
            missing = 0;
        }
        count = part.parts();
        status = part.status();
        byte[] bytes = new byte[part.json().remaining()];
        part.json().duplicate().get(bytes);
        parts.putIfAbsent(part.part(), bytes);
        while (parts.containsKey(missing)) {
            missing++;
        }
    }

    /** Lowest part that is missing; what to ask for next. */
    int missing() {
        return missing;
    }

    boolean isWhole() {
        return count > 0 && missing == count;
    }

    Answered whole() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.values().forEach(all::writeBytes);
        return new Answered(AdminStatus.of(status), all.toString(StandardCharsets.UTF_8));
    }
}
