package dev.baliza.server.auth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All users of a moment. Immutable. */
public final class Users {
    private final Map<String, User> byName;
    private final PasswordHash decoy;

    Users(List<User> users) {
        Map<String, User> map = new LinkedHashMap<>();
        for (User user : users) {
            if (map.put(user.name(), user) != null) {
                throw new IllegalArgumentException("'" + user.name() + "' is there twice; remove one of the lines");
            }
        }
        byName = Map.copyOf(map);
        decoy = PasswordHash.decoy(users.stream()
                .mapToInt(user -> user.password().iterations())
                .max()
                .orElse(PasswordHash.ITERATIONS));
    }

    /** How many there are. */
    public int count() {
        return byName.size();
    }

    /** The user with this name and password. A name that is unknown takes as long as one that is not. Slow. */
    Optional<User> find(String name, char[] password) {
        User user = byName.get(name);
        boolean matches = (user == null ? decoy : user.password()).matches(password);
        return matches ? Optional.ofNullable(user) : Optional.empty();
    }
}
