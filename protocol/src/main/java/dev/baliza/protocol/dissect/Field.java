package dev.baliza.protocol.dissect;

/**
 * A run of bytes and what it says.
 *
 * @param offset of its first byte in the input
 * @param length in bytes, at least 1
 * @param name as in SPEC.md
 * @param meaning in words; may be empty. Text from the wire is quoted and escaped
 */
public record Field(int offset, int length, String name, String meaning) {}
