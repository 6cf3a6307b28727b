package dev.baliza.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.transport.AddressFilter.Network;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressFilterTest {
    private static Network network(String text) throws Exception {
        int slash = text.indexOf('/');
        return new Network(
                InetAddress.getByName(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    private static List<Network> networks(String... texts) throws Exception {
        List<Network> list = new ArrayList<>();
        for (String text : texts) {
            list.add(network(text));
        }
        return list;
    }

    private static void permits(AddressFilter filter, String... addresses) throws Exception {
        for (String address : addresses) {
            assertThat(filter.permits(InetAddress.getByName(address)))
                    .as(address)
                    .isTrue();
        }
    }

    private static void denies(AddressFilter filter, String... addresses) throws Exception {
        for (String address : addresses) {
            assertThat(filter.permits(InetAddress.getByName(address)))
                    .as(address)
                    .isFalse();
        }
    }

    /** The JDK turns mapped addresses into IPv4 ones; a native transport need not. */
    private static InetAddress mapped(int a, int b, int c, int d) throws Exception {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) a, (byte) b, (byte) c, (byte) d};
        return Inet6Address.getByAddress(null, bytes, -1);
    }

    @Test
    void emptyListsPermitEverybody() throws Exception {
        permits(AddressFilter.OPEN, "0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    }

    @Test
    void anAllowListPermitsItsMembersOnly() throws Exception {
        AddressFilter filter = AddressFilter.of(networks("10.0.0.0/8", "2001:db8::/32"), List.of());
        permits(filter, "10.0.0.0", "10.255.255.255", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
        denies(filter, "9.255.255.255", "11.0.0.0", "2001:db7:ffff::", "2001:db9::", "::1", "127.0.0.1", "::10.0.0.1");
    }

    @Test
    void denyWinsOverAllowWhicheverIsNarrower() throws Exception {
        permits(AddressFilter.of(networks("10.0.0.0/8"), networks("10.1.0.0/16")), "10.0.255.255", "10.2.0.0");
        denies(AddressFilter.of(networks("10.0.0.0/8"), networks("10.1.0.0/16")), "10.1.0.0", "10.1.255.255");
        denies(AddressFilter.of(networks("10.1.0.0/16"), networks("10.0.0.0/8")), "10.1.0.0", "10.0.0.0");
        denies(AddressFilter.of(networks("10.1.0.0/16"), networks("10.1.0.0/16")), "10.1.0.0", "1.1.1.1");
    }

    @Test
    void networksOfOneAddressAndOfAllAddressesWork() throws Exception {
        AddressFilter one = AddressFilter.of(networks("192.0.2.7/32", "2001:db8::7/128"), List.of());
        permits(one, "192.0.2.7", "2001:db8::7");
        denies(one, "192.0.2.6", "192.0.2.8", "2001:db8::6", "2001:db8::8");
        AddressFilter highest = AddressFilter.of(
                List.of(), networks("255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"));
        denies(highest, "255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        permits(highest, "255.255.255.254", "::1:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "::", "0.0.0.0");
    }

    @Test
    void allOfIpv6IsNotIpv4AndTheOtherWayRound() throws Exception {
        AddressFilter noSix = AddressFilter.of(List.of(), networks("::/0"));
        denies(noSix, "::", "::1", "ffff::", "::fffe:ffff:ffff", "0:0:0:0:1::");
        permits(noSix, "0.0.0.0", "127.0.0.1", "255.255.255.255");
        AddressFilter noFour = AddressFilter.of(List.of(), networks("0.0.0.0/0"));
        denies(noFour, "0.0.0.0", "127.0.0.1", "255.255.255.255");
        permits(noFour, "::", "::1", "ffff::");
        denies(AddressFilter.of(List.of(), networks("0.0.0.0/0", "::/0")), "1.2.3.4", "::1");
    }

    @Test
    void aMappedAddressIsTheIpv4AddressItHolds() throws Exception {
        assertThat(mapped(10, 1, 2, 3)).isInstanceOf(Inet6Address.class);
        AddressFilter filter = AddressFilter.of(networks("10.0.0.0/8"), networks("10.1.0.0/16"));
        assertThat(filter.permits(mapped(10, 0, 0, 1))).isTrue();
        assertThat(filter.permits(mapped(10, 1, 0, 1))).isFalse();
        assertThat(filter.permits(mapped(192, 0, 2, 1))).isFalse();
    }

    @Test
    void theAnswerIsTheOneOfAPlainSearchForAMillionPairs() throws Exception {
        Random random = new Random(20_261_120);
        int permitted = 0;
        int pairs = 0;
        for (int round = 0; round < 500; round++) {
            List<Network> allow = randomNetworks(random, random.nextInt(6));
            List<Network> deny = randomNetworks(random, random.nextInt(6));
            List<Network> both = new ArrayList<>(allow);
            both.addAll(deny);
            AddressFilter filter = AddressFilter.of(allow, deny);
            for (int i = 0; i < 2_000; i++) {
                InetAddress address = near(random, both);
                boolean expected = (allow.isEmpty() || contains(allow, address)) && !contains(deny, address);
                if (filter.permits(address) != expected) {
                    throw new AssertionError(address + " allow " + allow + " deny " + deny + " expected " + expected);
                }
                permitted += expected ? 1 : 0;
                pairs++;
            }
        }
        assertThat(permitted).isBetween(pairs / 5, pairs * 4 / 5);
    }

    private static List<Network> randomNetworks(Random random, int count) throws Exception {
        List<Network> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            if (bytes.length == 16 && random.nextInt(3) > 0) {
                Arrays.fill(bytes, 0, 8 + random.nextInt(3), (byte) 0); // around ::ffff:0:0/96
            }
            int prefix = random.nextInt(bytes.length * 8 + 1);
            for (int bit = prefix; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
            }
            list.add(new Network(InetAddress.getByAddress(bytes), prefix));
        }
        return list;
    }

    /** An address at, just before or just behind an end of a network, or anywhere; IPv4 at times as a mapped one. */
    private static InetAddress near(Random random, List<Network> networks) throws Exception {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        if (!networks.isEmpty() && random.nextInt(4) > 0) {
            Network network = networks.get(random.nextInt(networks.size()));
            byte[] lowest = network.lowest().getAddress();
            int bits = lowest.length * 8;
            BigInteger at = new BigInteger(1, lowest);
            if (random.nextBoolean()) {
                at = at.add(BigInteger.ONE.shiftLeft(bits - network.prefixBits()));
            }
            at = at.add(BigInteger.valueOf(random.nextInt(3) - 1)).mod(BigInteger.ONE.shiftLeft(bits));
            bytes = padded(at, lowest.length);
        }
        if (bytes.length == 4 && random.nextBoolean()) {
            return mapped(bytes[0], bytes[1], bytes[2], bytes[3]);
        }
        return bytes.length == 4 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, -1);
    }

    private static byte[] padded(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = number.shiftRight(8 * (length - 1 - i)).byteValue();
        }
        return bytes;
    }

    private static boolean contains(List<Network> networks, InetAddress address) {
        byte[] bytes = plain(address.getAddress());
        for (Network network : networks) {
            byte[] lowest = network.lowest().getAddress();
            int shift = lowest.length * 8 - network.prefixBits();
            if (lowest.length == bytes.length
                    && new BigInteger(1, lowest).shiftRight(shift).equals(new BigInteger(1, bytes).shiftRight(shift))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] plain(byte[] address) {
        boolean mapped = address.length == 16 && address[10] == -1 && address[11] == -1;
        for (int i = 0; i < 10 && mapped; i++) {
            mapped = address[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(address, 12, 16) : address;
    }
}
