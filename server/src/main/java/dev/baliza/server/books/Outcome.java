package dev.baliza.server.books;

/** What became of an authenticated frame: exactly one of these. Spec: SPEC §5. */
public enum Outcome {
    CONTROL("control"),
    ACCEPTED("accepted"),
    REJECTED("rejected"),
    DUPLICATE("duplicate"),
    TOO_OLD("too_old"),
    CONFLICT("conflict"),
    OVERFLOW("overflow"),
    REFUSED("refused"),
    STALE("stale"),
    UNACCOUNTED("unaccounted");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
