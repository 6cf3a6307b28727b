package dev.baliza.protocol;

/** A value and the type it has on the wire. Spec: SPEC §7.1. */
public record TypedValue(SensorType type, Value value) {}
