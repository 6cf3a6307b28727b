package dev.baliza.server.books;

/** Why a delimited frame never reached the ledger. */
public enum FrameFault {
    BAD_CHECKSUM("bad_checksum"),
    UNKNOWN_VERSION("unknown_version"),
    UNKNOWN_KEY("unknown_key"),
    FROM_SERVER("from_server"),
    /** A device that has a key sent without it. */
    UNSEALED("unsealed"),
    /** A sealed frame whose tag does not match, or whose key cannot be known. */
    BAD_TAG("bad_tag"),
    /** A sealed control frame that was seen before. */
    REPLAYED("replayed");

    private final String label;

    FrameFault(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
