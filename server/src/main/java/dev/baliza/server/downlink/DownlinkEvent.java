package dev.baliza.server.downlink;

/** Things counted about messages to and from devices. */
public enum DownlinkEvent {
    QUEUED("downlink_queued"),
    /** The queue was full. */
    TURNED_AWAY("downlink_turned_away"),
    SENT("downlink_sent"),
    SENT_AGAIN("downlink_sent_again"),
    ACKED("downlink_acked"),
    EXPIRED("downlink_expired"),
    DONE("commands_done"),
    REFUSED("commands_refused"),
    EVENT("device_events"),
    TEXT("device_texts"),
    RESULT("device_results"),
    /** For a command that this server does not know, or has a final result of. */
    RESULT_UNMATCHED("device_results_unmatched"),
    /** Events and texts that left the log for newer ones. */
    FORGOTTEN("device_talk_forgotten");

    private final String label;

    DownlinkEvent(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
