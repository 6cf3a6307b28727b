package dev.baliza.cli.bench;

/** What a generator sent in a while. */
record Offered(long frames, double seconds) {
    double rate() {
        return frames / seconds;
    }
}
