package dev.baliza.protocol;

/** The 16 random bytes that a device draws at each boot. Spec: SPEC §4.2.2. */
public record BootNonce(long high, long low) {}
