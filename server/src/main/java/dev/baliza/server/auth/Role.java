package dev.baliza.server.auth;

import java.util.Locale;
import java.util.Optional;

/** What a user may do. */
public enum Role {
    /** Read everything. */
    VIEWER,
    /** Change something too. HTTP changes nothing today. */
    ADMIN;

    /** As in the file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
