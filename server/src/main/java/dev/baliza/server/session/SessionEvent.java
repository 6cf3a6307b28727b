package dev.baliza.server.session;

/** Things worth counting that are no outcome of a frame. */
public enum SessionEvent {
    UNKNOWN_EXTENSION("unknown_extension"),
    ANSWER_WITHHELD("answer_withheld"),
    NAME_TAKEN("name_taken"),
    EPOCH_CLOSED_FOR_SPACE("epoch_closed_for_space"),
    CONTROL_MALFORMED("control_malformed"),
    UNACCOUNTED_MALFORMED("unaccounted_malformed"),
    EXCHANGE_IGNORED("exchange_ignored"),
    ROUTE_CHANGED("route_changed"),
    ACKS_SENT("acks_sent"),
    NACKS_SENT("nacks_sent"),
    PINGS_SENT("pings_sent"),
    PONGS_TAKEN("pongs_taken"),
    PONGS_UNSET("pongs_unset"),
    PONGS_UNKNOWN("pongs_unknown"),
    PONGS_IMPOSSIBLE("pongs_impossible"),
    ADMIN_WRONG_ROLE("admin_wrong_role");

    private final String label;

    SessionEvent(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
