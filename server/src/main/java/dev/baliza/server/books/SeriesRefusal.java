package dev.baliza.server.books;

/** Why a channel is not exported: its readings are skipped, and the scrape stays whole. */
public enum SeriesRefusal {
    /** The name ends as the derived names of another family would, such as {@code _total} or {@code _bucket}. */
    RESERVED_NAME("reserved_name"),
    /** Another quantity leads to the same name. */
    NAME("name"),
    /** The family has another shape: gauge, axes, counter or states. */
    SHAPE("shape"),
    /** The family has a unit that cannot be converted to the same base unit. */
    UNIT("unit"),
    /** The server's limit of families is reached. */
    FAMILIES("families"),
    /** The server's limit of series is reached. */
    SERIES("series"),
    /** The device has more channels over its life than are kept. */
    CHANNELS("channels");

    private final String label;

    SeriesRefusal(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }

    /** Whether there is only no room, and nothing wrong with the description. */
    public boolean isLimit() {
        return this == FAMILIES || this == SERIES || this == CHANNELS;
    }
}
