package dev.baliza.server.transport;

import java.net.InetAddress;

/** The filter in force at both device ports; it can be exchanged while they are open. Thread: any. */
public final class AddressGate {
    private volatile AddressFilter filter;

    public AddressGate(AddressFilter filter) {
        this.filter = filter;
    }

    /** From here on this filter decides. */
    public void use(AddressFilter newer) {
        filter = newer;
    }

    boolean permits(InetAddress address) {
        return filter.permits(address);
    }
}
