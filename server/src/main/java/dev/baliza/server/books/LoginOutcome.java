package dev.baliza.server.books;

import java.util.Locale;

/** What became of the credentials of an HTTP request. */
public enum LoginOutcome {
    /** Name and password are right; computed anew. */
    VERIFIED,
    /** They were verified a short time ago. */
    REMEMBERED,
    /** There are none. */
    MISSING,
    /** The header field is no Basic authentication. */
    MALFORMED,
    /** No user has this name and password. */
    WRONG,
    /** The address failed too often within a minute; not looked at. */
    LIMITED,
    /** Too many others wait to be verified; not looked at. */
    BUSY;

    /** As in labels. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the request may go on. */
    public boolean permits() {
        return this == VERIFIED || this == REMEMBERED;
    }
}
