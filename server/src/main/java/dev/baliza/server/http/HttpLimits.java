package dev.baliza.server.http;

import java.time.Duration;

/**
 * What one HTTP client can cost.
 *
 * @param lineBytes request line; the longest of our own is a path with a percent-encoded name, 250 bytes
 * @param headerBytes all header fields together
 * @param pipelined requests sent ahead of their answers; one more closes the connection
 * @param connections open at one time; one more is closed at once
 * @param request from the first byte of a request (of a connection: from its opening) to the end of its headers
 * @param answer from there until the last byte of the answer is written
 * @param idle between an answer and the next request; longer than a scrape interval
 * @param linger how long a refused client may read why
 */
record HttpLimits(
        int lineBytes,
        int headerBytes,
        int pipelined,
        int connections,
        Duration request,
        Duration answer,
        Duration idle,
        Duration linger) {
    static final HttpLimits DEFAULT = new HttpLimits(
            4096,
            8192,
            128,
            256,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(1));
}
