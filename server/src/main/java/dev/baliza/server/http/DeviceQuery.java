package dev.baliza.server.http;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parameters of the list of devices.
 *
 * @param after id to start behind; 0 for the beginning
 */
record DeviceQuery(boolean full, long after, int limit) {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 5000;
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{16}");
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,4}");

    /** @throws IllegalArgumentException whose message says what is allowed */
    static DeviceQuery of(Map<String, List<String>> parameters) {
        boolean full = false;
        long after = 0;
        int limit = DEFAULT_LIMIT;
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (parameter.getValue().size() != 1) {
                throw new IllegalArgumentException("give each parameter once");
            }
            String value = parameter.getValue().get(0);
            switch (name) {
                case "detail" -> {
                    require(value.equals("full"), "detail is 'full' or absent");
                    full = true;
                }
                case "after" -> {
                    require(ID.matcher(value).matches(), "after is the id of a device: 16 hexadecimal digits");
                    after = Long.parseUnsignedLong(value, 16);
                }
                case "limit" -> {
                    limit = LIMIT.matcher(value).matches() ? Integer.parseInt(value) : 0;
                    require(limit >= 1 && limit <= MAX_LIMIT, "limit is a number from 1 to " + MAX_LIMIT);
                }
                default -> throw new IllegalArgumentException("parameters are detail, after and limit");
            }
        }
        return new DeviceQuery(full, after, limit);
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule);
        }
    }
}
