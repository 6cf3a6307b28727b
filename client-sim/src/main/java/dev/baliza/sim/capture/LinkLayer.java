package dev.baliza.sim.capture;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds the IP packet inside a captured one. */
final class LinkLayer {
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_BSD = 12;
    private static final int RAW_OPENBSD = 14;
    private static final int RAW = 101;
    private static final int LINUX_COOKED = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_COOKED_2 = 276;

    private static final int ETHER_IPV4 = 0x0800;
    private static final int ETHER_IPV6 = 0x86DD;
    private static final int VLAN = 0x8100;
    private static final int PROVIDER_VLAN = 0x88A8;

    private LinkLayer() {}

    /** Refuses a capture whose link type is not known here. */
    static void check(int linkType) throws CaptureException {
        switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LINUX_COOKED, LINUX_COOKED_2, IPV4, IPV6 -> {}
            default ->
                throw new CaptureException("link type " + linkType
                        + " is not known: capture on an Ethernet interface, on loopback, or on 'any'");
        }
    }

    /** The bytes of the IP packet, or null when there is none. */
    static @Nullable ByteBuffer ip(int linkType, ByteBuffer bytes) {
        return switch (linkType) {
            case ETHERNET -> typed(bytes, 12);
            case LINUX_COOKED -> typed(bytes, 14);
            case LINUX_COOKED_2 -> bytes.limit() >= 20 && isIp(type(bytes, 0)) ? rest(bytes, 20) : null;
            case NULL -> rest(bytes, 4);
            default -> rest(bytes, 0);
        };
    }

    /** With the protocol's u16 at this offset, and VLAN tags behind it. */
    private static @Nullable ByteBuffer typed(ByteBuffer bytes, int offset) {
        int at = offset;
        while (bytes.limit() >= at + 2) {
            int type = type(bytes, at);
            if (isIp(type)) {
                return rest(bytes, at + 2);
            }
            if (type != VLAN && type != PROVIDER_VLAN) {
                return null;
            }
            at += 4;
        }
        return null;
    }

    private static int type(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    private static boolean isIp(int type) {
        return type == ETHER_IPV4 || type == ETHER_IPV6;
    }

    private static @Nullable ByteBuffer rest(ByteBuffer bytes, int from) {
        return bytes.limit() > from ? bytes.slice(from, bytes.limit() - from) : null;
    }
}
