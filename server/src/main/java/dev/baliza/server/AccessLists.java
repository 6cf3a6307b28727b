package dev.baliza.server;

import dev.baliza.server.config.Cidr;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.transport.AddressFilter;
import java.util.List;

/** Address lists of the configuration, as the transport wants them. */
final class AccessLists {
    private AccessLists() {}

    static AddressFilter filter(ServerConfig.Access access) {
        return AddressFilter.of(networks(access.allow()), networks(access.deny()));
    }

    private static List<AddressFilter.Network> networks(List<Cidr> list) {
        return list.stream()
                .map(cidr -> new AddressFilter.Network(cidr.network(), cidr.prefixBits()))
                .toList();
    }
}
