package dev.baliza.server.tap;

import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Outcome;
import dev.baliza.server.books.Transport;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events a tap wants. Empty sets mean all.
 *
 * @param device a name, or an id of 16 hexadecimal digits
 * @param types names of message types, or {@code 0x} and two digits
 * @param rejected only frames that were not taken as they came, notices included
 * @param bytes whether the events carry their bytes
 */
public record TapFilter(
        @Nullable String device,
        Set<String> types,
        Set<String> outcomes,
        @Nullable Transport transport,
        boolean rejected,
        boolean bytes) {
    public static final TapFilter ALL = new TapFilter(null, Set.of(), Set.of(), null, false, false);

    /** What ends before there is a frame to judge, and is no {@link DatagramOutcome}. */
    public static final String STREAM_ERROR = "stream_error";

    public static final String CONNECTION_REFUSED = "connection_refused";
    /** A TCP connection of an address that the lists keep out. */
    public static final String CONNECTION_DENIED = "connection_denied";

    /** A TCP connection that missed a deadline. */
    public static final String CONNECTION_OVERDUE = "connection_overdue";

    private static final Set<String> TAKEN = Set.of(
            Outcome.ACCEPTED.label(), Outcome.CONTROL.label(), Outcome.DUPLICATE.label(), Outcome.UNACCOUNTED.label());
    private static final Set<String> PARAMETERS = Set.of("device", "type", "outcome", "transport", "rejected", "bytes");

    /** Outcomes of datagrams and connections without frames. */
    public static final List<String> BEFORE_FRAMES = List.of(
            DatagramOutcome.DENIED.label(),
            DatagramOutcome.MALFORMED.label(),
            DatagramOutcome.TRAILING.label(),
            DatagramOutcome.OVERSIZE.label(),
            STREAM_ERROR,
            CONNECTION_REFUSED,
            CONNECTION_DENIED,
            CONNECTION_OVERDUE);

    public TapFilter {
        types = Set.copyOf(types);
        outcomes = Set.copyOf(outcomes);
    }

    /**
     * Reads the query of a request; lists are separated by commas.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static TapFilter of(Map<String, List<String>> query) {
        for (String name : query.keySet()) {
            check(
                    PARAMETERS.contains(name),
                    "unknown parameter '" + name + "'; known are " + new TreeSet<>(PARAMETERS));
        }
        Set<String> types = new LinkedHashSet<>();
        for (String type : list(query, "type")) {
            String name = type.toUpperCase(Locale.ROOT);
            boolean known =
                    Arrays.stream(MessageType.values()).anyMatch(t -> t.name().equals(name));
            check(
                    known || name.matches("0X[0-9A-F]{2}"),
                    "unknown type '" + type + "'; known are " + Arrays.toString(MessageType.values()) + " and 0x..");
            types.add(name);
        }
        Set<String> outcomes = new LinkedHashSet<>(list(query, "outcome"));
        for (String outcome : outcomes) {
            check(outcomeLabels().contains(outcome), "unknown outcome '" + outcome + "'; known are " + outcomeLabels());
        }
        List<String> transports = list(query, "transport");
        Transport transport = null;
        if (!transports.isEmpty()) {
            String wanted = transports.get(0).toLowerCase(Locale.ROOT);
            transport = Arrays.stream(Transport.values())
                    .filter(t -> t.label().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("transport must be tcp or udp"));
        }
        List<String> devices = query.getOrDefault("device", List.of());
        return new TapFilter(
                devices.isEmpty() ? null : devices.get(0),
                types,
                outcomes,
                transport,
                flag(query, "rejected"),
                flag(query, "bytes"));
    }

    private static List<String> list(Map<String, List<String>> query, String name) {
        return query.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static boolean flag(Map<String, List<String>> query, String name) {
        String value = query.containsKey(name) ? query.get(name).get(0) : "false";
        check(value.equals("true") || value.equals("false"), name + " must be true or false");
        return value.equals("true");
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static Set<String> outcomeLabels() {
        Set<String> labels = new TreeSet<>(BEFORE_FRAMES);
        Stream.of(Outcome.values()).map(Outcome::label).forEach(labels::add);
        Stream.of(FrameFault.values()).map(FrameFault::label).forEach(labels::add);
        return labels;
    }

    /** The name of a type byte, or {@code 0x} and two digits. */
    public static String typeName(int code) {
        MessageType type = MessageType.of(code);
        return type == null ? "0x%02x".formatted(code) : type.name();
    }

    /** Whether an onlooker with this filter wants the event. */
    public boolean matches(TapEvent event) {
        TapEvent.Head head = event.head();
        boolean typed = types.isEmpty()
                || (head != null && types.contains(typeName(head.type()).toUpperCase(Locale.ROOT)));
        return typed
                && (outcomes.isEmpty() || outcomes.contains(event.outcome()))
                && (transport == null || transport == event.transport())
                && (!rejected || event.code() != null || !TAKEN.contains(event.outcome()))
                && isOfDevice(event);
    }

    private boolean isOfDevice(TapEvent event) {
        if (device == null || device.equals(event.device())) {
            return true;
        }
        TapEvent.Head head = event.head();
        return head != null
                && (Names.hex(head.device()).equals(device.toLowerCase(Locale.ROOT))
                        || head.device() == Names.deviceId(device));
    }
}
