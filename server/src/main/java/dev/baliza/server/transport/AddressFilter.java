package dev.baliza.server.transport;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which addresses may talk to the device ports: those in the allow list, or all if it is empty, without those in the deny list.
 *
 * <p>Both lists are compiled into one sorted list of addresses at which the answer changes, so a look-up is one binary search. IPv4
 * and IPv4-mapped IPv6 addresses are the same thing; a network of IPv6 such as {@code ::/0} never means IPv4. Immutable; any thread.
 */
public final class AddressFilter {
    /** The filter of empty lists. */
    public static final AddressFilter OPEN = of(List.of(), List.of());

    /** The bits before an IPv4 address in its mapped form, ::ffff:0:0/96. */
    private static final long MAPPED = 0xFFFFL << 32;

    private static final long LOW_32 = 0xFFFF_FFFFL;

    /** A network: its lowest address and the number of leading bits that members share. */
    public record Network(InetAddress lowest, int prefixBits) {}

    /** An address as an unsigned number of 128 bits. */
    private record Point(long high, long low) implements Comparable<Point> {
        static Point of(byte[] address) {
            return new Point(highOf(address), lowOf(address));
        }

        @Override
        public int compareTo(Point other) {
            int byHigh = Long.compareUnsigned(high, other.high);
            return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
        }

        /** The last address of a network that begins here. */
        Point last(int prefixBits) {
            long hostHigh = prefixBits >= 64 ? 0 : prefixBits == 0 ? -1 : -1L >>> prefixBits;
            long hostLow = prefixBits <= 64 ? -1 : prefixBits == 128 ? 0 : -1L >>> (prefixBits - 64);
            return new Point(high | hostHigh, low | hostLow);
        }

        boolean isHighest() {
            return high == -1 && low == -1;
        }

        Point next() {
            return new Point(low == -1 ? high + 1 : high, low + 1);
        }
    }

    /** At this address the number of matching networks of a list changes. */
    private record Step(Point at, int allow, int deny) {}

    private final boolean first;
    private final long[] high;
    private final long[] low;

    /** @param first the answer for ::, below the first change */
    private AddressFilter(boolean first, List<Point> changes) {
        this.first = first;
        high = changes.stream().mapToLong(Point::high).toArray();
        low = changes.stream().mapToLong(Point::low).toArray();
    }

    /** Compiles two lists. */
    public static AddressFilter of(List<Network> allow, List<Network> deny) {
        List<Step> steps = new ArrayList<>();
        allow.forEach(network -> add(steps, network, 1, 0));
        deny.forEach(network -> add(steps, network, 0, 1));
        steps.sort(Comparator.comparing(Step::at));
        boolean openDoor = allow.isEmpty();
        boolean permitted = openDoor;
        boolean first = openDoor;
        List<Point> changes = new ArrayList<>();
        int allowed = 0;
        int denied = 0;
        for (int i = 0; i < steps.size(); i++) {
            Point at = steps.get(i).at;
            allowed += steps.get(i).allow;
            denied += steps.get(i).deny;
            boolean lastOfPoint = i + 1 == steps.size() || !steps.get(i + 1).at.equals(at);
            boolean now = denied == 0 && (openDoor || allowed > 0);
            if (lastOfPoint && now != permitted) {
                changes.add(at);
                permitted = now;
            }
        }
        return new AddressFilter(first, changes);
    }

    private static void add(List<Step> steps, Network network, int allow, int deny) {
        byte[] bytes = network.lowest.getAddress();
        Point from = Point.of(bytes);
        Point to = from.last(network.prefixBits + (bytes.length == 4 ? 96 : 0));
        Point mappedFrom = new Point(0, MAPPED);
        Point mappedTo = new Point(0, MAPPED | LOW_32);
        if (bytes.length == 16 && from.compareTo(mappedFrom) <= 0 && to.compareTo(mappedTo) >= 0) {
            addRange(steps, from, new Point(0, MAPPED - 1), allow, deny);
            addRange(steps, mappedTo.next(), to, allow, deny);
        } else {
            addRange(steps, from, to, allow, deny);
        }
    }

    private static void addRange(List<Step> steps, Point from, Point to, int allow, int deny) {
        if (from.compareTo(to) > 0) {
            return;
        }
        steps.add(new Step(from, allow, deny));
        if (!to.isHighest()) {
            steps.add(new Step(to.next(), -allow, -deny));
        }
    }

    /** Whether this address may talk to us. The only garbage is the JDK's own copy of an IPv6 address. */
    public boolean permits(InetAddress address) {
        if (high.length == 0) {
            return first;
        }
        byte[] bytes = address.getAddress();
        return permits(highOf(bytes), lowOf(bytes));
    }

    private boolean permits(long addressHigh, long addressLow) {
        int from = 0;
        int to = high.length;
        while (from < to) { // the number of changes at or below the address
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], addressHigh);
            if (order < 0 || (order == 0 && Long.compareUnsigned(low[middle], addressLow) <= 0)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return first == ((from & 1) == 0);
    }

    private static long highOf(byte[] address) {
        return address.length == 4 ? 0 : eight(address, 0);
    }

    private static long lowOf(byte[] address) {
        return address.length == 4 ? MAPPED | four(address, 0) : eight(address, 8);
    }

    private static long eight(byte[] bytes, int offset) {
        return four(bytes, offset) << 32 | four(bytes, offset + 4);
    }

    private static long four(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFFL) << 24
                | (bytes[offset + 1] & 0xFFL) << 16
                | (bytes[offset + 2] & 0xFFL) << 8
                | (bytes[offset + 3] & 0xFFL);
    }
}
