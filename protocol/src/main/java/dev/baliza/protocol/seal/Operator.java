package dev.baliza.protocol.seal;

/**
 * Who holds a key that is not a device's. Spec: SPEC §16.1.
 *
 * @param name as in the key file
 */
public record Operator(String name, Role role) {}
