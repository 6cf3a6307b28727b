package dev.baliza.server.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Name and password as HTTP carries them (RFC 7617, UTF-8). */
record Credentials(String name, String password) {
    private static final Pattern BASIC = Pattern.compile("Basic +([A-Za-z0-9+/]+={0,2})", Pattern.CASE_INSENSITIVE);

    /** Of the value of an Authorization field; empty when it is something else, or the password is. */
    static Optional<Credentials> of(String authorization) {
        Matcher matcher = BASIC.matcher(authorization.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String text;
        try {
            byte[] bytes = Base64.getDecoder().decode(matcher.group(1));
            text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        return colon < 1 || colon == text.length() - 1
                ? Optional.empty()
                : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return "Credentials[" + name + "]";
    }
}
