package dev.baliza.server.session;

import dev.baliza.protocol.Names;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which id a name belongs to, over all shards: the first that used it. Thread: any. Limits: one name per device. Spec: SPEC §4.1.3. */
public final class NameRegistry {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{16}");

    private final ConcurrentMap<String, Long> owners = new ConcurrentHashMap<>();

    /** The label for a device with this name: the name itself for its owner, else {@code name#hex}. */
    String claim(String name, long device) {
        if (HEX.matcher(name).matches() && !name.equals(Names.hex(device))) {
            return name + "#" + Names.hex(device); // it would look like another device without a name
        }
        Long owner = owners.putIfAbsent(name, device);
        return owner == null || owner == device ? name : name + "#" + Names.hex(device);
    }

    /** Whose name it is; null for nobody's. */
    @Nullable
    Long owner(String name) {
        return owners.get(name);
    }

    /** Gives a name free again when its device takes another. */
    void release(String name, long device) {
        owners.remove(name, device);
    }
}
