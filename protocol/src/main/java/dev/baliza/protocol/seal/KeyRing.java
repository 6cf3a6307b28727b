package dev.baliza.protocol.seal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys in force. Immutable; thread: any. Limits: two keys for a device. */
public final class KeyRing {
    public static final KeyRing EMPTY = new KeyRing(List.of());
    /** The old one and the one that replaces it. */
    public static final int MAX_KEYS_PER_DEVICE = 2;

    private final Map<Long, List<DeviceKey>> byDevice = new HashMap<>();

    /** @throws IllegalArgumentException a device has more than two keys, or one id twice */
    public KeyRing(Collection<DeviceKey> keys) {
        for (DeviceKey key : keys) {
            List<DeviceKey> own = byDevice.computeIfAbsent(key.device(), id -> new ArrayList<>(1));
            if (own.stream().anyMatch(other -> other.keyId() == key.keyId())) {
                throw new IllegalArgumentException(key + " stands twice");
            }
            if (own.size() == MAX_KEYS_PER_DEVICE) {
                throw new IllegalArgumentException(
                        "device %016x has more than two keys; revoke one".formatted(key.device()));
            }
            if (own.stream().anyMatch(other -> !Objects.equals(other.operator(), key.operator()))) {
                throw new IllegalArgumentException(
                        key + " and the other key of the same name differ in their role; revoke one");
            }
            own.add(key);
        }
    }

    public boolean isEmpty() {
        return byDevice.isEmpty();
    }

    /** Devices that have a key, without operators. */
    public int devices() {
        return byDevice.size() - operators();
    }

    /** Operators that have a key. */
    public int operators() {
        return (int) byDevice.values().stream()
                .filter(own -> own.get(0).operator() != null)
                .count();
    }

    public boolean has(long device) {
        return byDevice.containsKey(device);
    }

    /** The key, or null when it is unknown or was revoked. */
    public @Nullable DeviceKey find(long device, int keyId) {
        List<DeviceKey> own = byDevice.get(device);
        if (own != null) {
            for (int i = 0; i < own.size(); i++) {
                if (own.get(i).keyId() == keyId) {
                    return own.get(i);
                }
            }
        }
        return null;
    }

    /** The key a device should use: the one that stands last. */
    public @Nullable DeviceKey newest(long device) {
        List<DeviceKey> own = byDevice.get(device);
        return own == null ? null : own.get(own.size() - 1);
    }

    @Override
    public String toString() {
        return "KeyRing[" + byDevice.size() + " devices]";
    }
}
