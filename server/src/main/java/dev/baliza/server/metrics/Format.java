package dev.baliza.server.metrics;

/** The formats a scrape can ask for. */
enum Format {
    TEXT("text", "plain", "0.0.4"),
    OPENMETRICS("application", "openmetrics-text", "1.0.0");

    private final String type;
    private final String subtype;
    private final String version;

    Format(String type, String subtype, String version) {
        this.type = type;
        this.subtype = subtype;
        this.version = version;
    }

    /** Whether a media range covers this format; an absent version is "". */
    boolean matches(String rangeType, String rangeSubtype, String rangeVersion) {
        return (rangeType.equals("*") || rangeType.equals(type))
                && (rangeSubtype.equals("*") || rangeSubtype.equals(subtype))
                && (rangeVersion.isEmpty() || rangeVersion.equals(version));
    }

    /** As in the header; the Prometheus client finds its writer by it too. */
    String contentType() {
        return type + "/" + subtype + "; version=" + version + "; charset=utf-8";
    }
}
