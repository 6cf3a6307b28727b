package dev.baliza.server.books;

/**
 * A value to export as {@code metric{device, channel}}.
 *
 * @param counter whether the family is a counter; its name then has no {@code _total} yet
 * @param help unit and quantity for people
 * @param component as in {@link SeriesView}; becomes the label {@code axis} unless empty
 */
public record Sample(
        String metric, boolean counter, String help, String device, String channel, String component, double value) {}
