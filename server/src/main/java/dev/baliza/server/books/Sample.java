package dev.baliza.server.books;

/**
 * A value to export as {@code metric{device, channel}}.
 *
 * @param metric name of the family; that of a counter has no {@code _total} yet
 * @param help unit and quantity for people
 * @param component axis of a vector, name of a state, else ""
 * @param value 0 or 1 for a state
 */
public record Sample(
        String metric, Shape shape, String help, String device, String channel, String component, double value) {}
