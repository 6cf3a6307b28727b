package dev.baliza.server.history;

import dev.baliza.server.books.StoredReading;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which readings are wanted.
 *
 * @param device label or id
 * @param quantity null: all
 * @param channel label of the channel; null: all
 * @param fromMicros event time, inclusive
 * @param toMicros event time, exclusive
 * @param limit most readings to give
 */
public record HistoryQuery(
        String device,
        @Nullable String quantity,
        @Nullable String channel,
        long fromMicros,
        long toMicros,
        long limit,
        HistoryFormat format) {
    private static final Pattern SECONDS = Pattern.compile("-?\\d{1,12}(\\.\\d{1,9})?");
    private static final Pattern LIMIT = Pattern.compile("[1-9]\\d{0,17}");
    private static final int MAX_LABEL_CHARS = 128;
    private static final int MAX_NAME_CHARS = 64;

    /**
     * From the parameters of a request.
     *
     * @param format without a parameter that says so
     * @throws IllegalArgumentException the message says what is allowed
     */
    public static HistoryQuery of(Map<String, List<String>> parameters, HistoryFormat format) {
        String device = null;
        String quantity = null;
        String channel = null;
        long from = Long.MIN_VALUE;
        long to = Long.MAX_VALUE;
        long limit = Long.MAX_VALUE;
        HistoryFormat wanted = format;
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            require(parameter.getValue().size() == 1, "give each parameter once");
            String value = parameter.getValue().get(0);
            switch (parameter.getKey()) {
                case "device" -> device = text("device", value, MAX_LABEL_CHARS);
                case "quantity" -> quantity = text("quantity", value, MAX_NAME_CHARS);
                case "channel" -> channel = text("channel", value, MAX_NAME_CHARS);
                case "from" -> from = micros("from", value);
                case "to" -> to = micros("to", value);
                case "limit" -> {
                    require(LIMIT.matcher(value).matches(), "limit is a whole number from 1 on");
                    limit = Long.parseLong(value);
                }
                case "format" -> wanted = HistoryFormat.of(value);
                default ->
                    throw new IllegalArgumentException(
                            "parameters are device, quantity, channel, from, to, limit and format");
            }
        }
        if (device == null) {
            throw new IllegalArgumentException("say which device: ?device=NAME; /api/v1/devices lists them");
        }
        require(from < to, "from must be before to");
        return new HistoryQuery(device, quantity, channel, from, to, limit, wanted);
    }

    private static String text(String name, String value, int most) {
        require(!value.isEmpty() && value.length() <= most, name + " has 1 to " + most + " characters");
        return value;
    }

    /** RFC 3339, or seconds since 1970 with decimals. */
    private static long micros(String name, String text) {
        try {
            if (SECONDS.matcher(text).matches()) {
                return new BigDecimal(text).movePointRight(6).longValue();
            }
            // a plus in a query is read as a blank
            Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    name + " is a time such as 2026-05-01T12:00:00Z, or seconds since 1970 such as 1777636800.5", e);
        }
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule);
        }
    }

    boolean wants(StoredReading reading) {
        return reading.timeMicros() >= fromMicros
                && reading.timeMicros() < toMicros
                && (quantity == null || quantity.equals(reading.quantity()))
                && (channel == null || channel.equals(reading.channel()));
    }
}
