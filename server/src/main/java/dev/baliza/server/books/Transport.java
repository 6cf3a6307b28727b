package dev.baliza.server.books;

/** How a frame came. */
public enum Transport {
    TCP("tcp"),
    UDP("udp");

    private final String label;

    Transport(String label) {
        this.label = label;
    }

    /** As in labels and JSON. */
    public String label() {
        return label;
    }
}
