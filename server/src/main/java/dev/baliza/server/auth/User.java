package dev.baliza.server.auth;

import java.util.List;
import java.util.regex.Pattern;

/** Somebody who may use the HTTP port. */
public record User(String name, Role role, PasswordHash password) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    public User {
        checkName(name);
    }

    /** @throws IllegalArgumentException with what a name may be */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a user's name must be 1 to 64 of A-Z a-z 0-9 . _ @ - and begin with a letter or digit");
        }
    }

    /** Reads {@code name role PBKDF2-HMAC-SHA256 iterations salt hash}. */
    static User parse(String line) {
        List<String> words = BLANKS.splitAsStream(line.strip()).toList();
        if (words.size() != 6) {
            throw new IllegalArgumentException("must be: name role " + PasswordHash.SCHEME
                    + " iterations salt hash; write it with: baliza users add");
        }
        Role role = Role.of(words.get(1))
                .orElseThrow(() -> new IllegalArgumentException("the role must be viewer or admin"));
        if (!words.get(2).equals(PasswordHash.SCHEME)) {
            throw new IllegalArgumentException("the third word must be " + PasswordHash.SCHEME);
        }
        return new User(words.get(0), role, PasswordHash.parse(words.get(3), words.get(4), words.get(5)));
    }

    String line() {
        return name + " " + role.label() + " " + password.text();
    }
}
