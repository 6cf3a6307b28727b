package dev.baliza.server.books;

/** Why a reading of an accepted frame was counted but not used. Spec: SPEC §5.9. */
public enum SkipReason {
    NAN("nan"),
    INFINITE("infinite"),
    RANGE("range"),
    QUALITY("quality"),
    INVALID("invalid"),
    FUTURE("future"),
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
