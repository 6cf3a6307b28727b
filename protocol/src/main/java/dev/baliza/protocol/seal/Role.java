package dev.baliza.protocol.seal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an operator may do; each may do what those before it may. Spec: SPEC §16.1.1. */
public enum Role {
    /** Looks on. */
    VIEWER,
    /** Does what can be put right again. */
    OPERATOR,
    /** Does everything. */
    ADMIN;

    /** As in key files, configuration and JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with this label. */
    public static Optional<Role> of(String label) {
        return Arrays.stream(values()).filter(r -> r.label().equals(label)).findFirst();
    }

    /** Whether this role may do what asks for at least the other. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
