package dev.baliza.server.session;

import dev.baliza.protocol.AckLevel;

/**
 * What a server says of itself in WELCOME and in its headers.
 *
 * @param instance random number of this process, u32
 * @param insecure whether unsealed devices are accepted from a network
 */
public record ServerIdentity(
        long instance,
        AckLevel highestLevel,
        boolean storeEnabled,
        boolean insecure,
        int maxFrameBytes,
        int maxDatagramBytes,
        int heartbeatSeconds) {}
