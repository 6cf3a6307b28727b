package dev.baliza.server.aggregate;

/** What became of one try to compute a derived value. */
enum DerivedOutcome {
    COMPUTED("derived_computed"),
    /** An input never arrived, or nothing has that name. */
    NO_INPUT("derived_no_input"),
    /** An input arrived too long ago. */
    STALE("derived_stale"),
    /** Several series of the device have the name of an input. */
    AMBIGUOUS("derived_ambiguous"),
    /** Division by zero, root of a negative number, too large. */
    NOT_FINITE("derived_not_finite"),
    /** The device sends a channel of that name itself, or an earlier rule has it. */
    TAKEN("derived_taken"),
    /** The family has another shape or unit, or a limit is reached. */
    REFUSED("derived_refused");

    private final String event;

    DerivedOutcome(String event) {
        this.event = event;
    }

    /** As in {@code baliza_events_total}. */
    String event() {
        return event;
    }
}
