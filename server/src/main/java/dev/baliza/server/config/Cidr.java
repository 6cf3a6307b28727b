package dev.baliza.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network such as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or the single address {@code 192.0.2.7}. An IPv4-mapped network
 * ({@code ::ffff:10.0.0.0/104}) is the IPv4 network it means.
 *
 * @param network its lowest address
 * @param prefixBits leading bits that members share: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefixBits) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-fA-F:.]{2,45})(?:/([0-9]{1,3}))?");
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final int MAPPED_BITS = 96;

    /**
     * Reads the usual text; never asks DNS.
     *
     * @throws IllegalArgumentException with words that say what to write instead
     */
    public static Cidr parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        InetAddress address = matcher.matches() ? literal(matcher.group(1)) : null;
        if (address == null) {
            throw new IllegalArgumentException(
                    "must be an address or a network such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32");
        }
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        boolean mapped = bits == 32 && text.contains(":");
        int first = mapped ? MAPPED_BITS : 0;
        int prefix = matcher.group(2) == null ? first + bits : Integer.parseInt(matcher.group(2));
        if (prefix > first + bits) {
            throw new IllegalArgumentException("must have at most " + (first + bits) + " bits after the /");
        }
        if (prefix < first) {
            throw new IllegalArgumentException(
                    "must have 96 to 128 bits after the / because ::ffff: is the prefix of mapped IPv4 addresses");
        }
        Cidr network = new Cidr(lowest(bytes, prefix - first), prefix - first);
        if (!Arrays.equals(network.network.getAddress(), bytes)) {
            throw new IllegalArgumentException("must have no bits set behind the first " + prefix + "; write " + network
                    + " for the network or " + address.getHostAddress() + " for the one address");
        }
        return network;
    }

    private static @Nullable InetAddress literal(String text) {
        if (!text.contains(":") && !IPV4.matcher(text).matches()) {
            return null; // the JDK would ask DNS for it, or read 10.1 as 10.0.0.1
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static InetAddress lowest(byte[] address, int prefix) {
        byte[] low = address.clone();
        for (int i = 0; i < low.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix - i * 8));
            low[i] &= (byte) (0xFF00 >> kept);
        }
        try {
            return InetAddress.getByAddress(low);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length
        }
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
