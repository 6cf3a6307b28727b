package dev.baliza.server.books;

/** What became of a datagram, whatever its frames said: exactly one of these. */
public enum DatagramOutcome {
    DENIED("denied"),
    /** It does not begin with a frame. */
    MALFORMED("malformed"),
    /** Frames, then bytes that are none. */
    TRAILING("trailing"),
    OVERSIZE("oversize"),
    SHED("shed"),
    PARSED("parsed");

    private final String label;

    DatagramOutcome(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
