package dev.baliza.server.books;

/**
 * A device's clock, to export.
 *
 * @param device its label
 */
public record ClockSample(String device, ClockView clock) {}
