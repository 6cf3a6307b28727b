package dev.baliza.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that were verified a short time ago, so that a scrape every few seconds does not compute a slow hash each time. Kept
 * are their HMACs under a key of this process, not passwords; each is good for five minutes, and for the users it was verified with.
 * Thread: any. Limits: 64; the oldest makes room.
 */
final class RememberedLogins {
    static final int MOST = 64;
    static final long NANOS = 5 * 60 * 1_000_000_000L;

    private record Entry(User user, Users of, long untilNanos) {}

    private final SecretKeySpec key;
    private final LongSupplier nanos;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    RememberedLogins(SecureRandom random, LongSupplier nanos) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, "HmacSHA256");
        this.nanos = nanos;
    }

    /** @param authorization as it came, name and password in it */
    synchronized Optional<User> find(String authorization, Users users) {
        Entry entry = entries.get(hash(authorization));
        return entry != null && entry.of == users && entry.untilNanos - nanos.getAsLong() > 0
                ? Optional.of(entry.user)
                : Optional.empty();
    }

    synchronized void remember(String authorization, User user, Users users) {
        long now = nanos.getAsLong();
        entries.values().removeIf(entry -> entry.of != users || entry.untilNanos - now <= 0);
        String hash = hash(authorization);
        entries.remove(hash);
        if (entries.size() >= MOST) {
            Iterator<String> oldest = entries.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        entries.put(hash, new Entry(user, users, now + NANOS));
    }

    private String hash(String authorization) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(authorization.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
