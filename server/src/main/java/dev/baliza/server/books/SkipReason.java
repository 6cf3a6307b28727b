package dev.baliza.server.books;

/** Why a reading of an accepted frame was counted but not used. Spec: SPEC §5.9. */
public enum SkipReason {
    NAN("nan"),
    INFINITE("infinite"),
    /** Outside its described range, a state without a name, or a place that is not on Earth. */
    RANGE("range"),
    QUALITY("quality"),
    /** A BOOLEAN other than 0 and 1, or text that is not UTF-8. */
    INVALID("invalid"),
    /** Further ahead of the server's clock than allowed. */
    FUTURE("future"),
    /** A counter below zero. */
    NEGATIVE("negative"),
    /** Its channel is refused for what it is: {@link SeriesRefusal}. */
    SERIES_REFUSED("series_refused"),
    /** Its channel is refused for a limit. */
    NO_ROOM("no_room");

    private final String label;

    SkipReason(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
