package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;

/** What the author of a device can do about an error. Spec: SPEC §11. */
public final class Advice {
    private Advice() {}

    /** One or two sentences, to the person who writes or runs the device. */
    public static String of(ErrorCode code) {
        return switch (code) {
            case BAD_MAGIC ->
                "Start every frame with the bytes ba 17, and send nothing between frames. Over TCP also check that the"
                        + " length of the frame before is right.";
            case BAD_LENGTH ->
                "Put the size of the whole frame into bytes 6 and 7, big-endian, header and checksum included, and send"
                        + " the frame in one datagram.";
            case TOO_LARGE -> "Send smaller frames: WELCOME names the server's limits.";
            case BAD_CHECKSUM ->
                "Compute CRC-32C (Castagnoli) over all bytes before the checksum, after the last change to them, and"
                        + " append it big-endian.";
            case UNKNOWN_VERSION -> "Send version 1, or update the server.";
            case RESERVED_BITS -> "Send zero in every reserved bit and byte.";
            case UNKNOWN_TYPE -> "Send a type of SPEC §3.3 that is not reserved.";
            case BAD_EXTENSION ->
                "Make the u16 before the extensions the sum of their sizes: 2 + n for an entry of n bytes. TOKEN has 8"
                        + " bytes; TOKEN and NAME stand once.";
            case CRITICAL_EXTENSION -> "Leave the extension out, or clear bit 7 of its type if it may be ignored.";
            case TRUNCATED -> "Write all the fields that the message's counts and flags promise.";
            case TRAILING_BYTES -> "Write no more than the message's fields, or correct its counts.";
            case BAD_VALUE -> "Send a value that the section allows.";
            case BAD_NAME -> "Send a name that follows the rule of the section, as UTF-8.";
            case BAD_DESCRIPTION -> "Correct the channel, and send DESCRIBE again.";
            case UNKNOWN_ENCODING -> "Send named readings (1), rows (2) or columns (3).";
            case UNEXPECTED -> "Devices send no WELCOME, NACK, PONG, VALUES_BACK, COMMAND or CALC_ANSWER.";
            case UNSEALED -> "Send sealed frames: the server has a key for this device.";
            case WRONG_ROLE ->
                "Send readings with the key of a device, and ADMIN with the key of an operator (SPEC §16.1); baliza keys list"
                        + " names the roles.";
            case STALE_EPOCH ->
                "Raise the epoch: go on with the argument of the NACK + 1, or send HELLO with epoch 0 and take the"
                        + " epoch of WELCOME. The epoch must rise at each boot.";
            case SEQUENCE_JUMP ->
                "Number frames without gaps and keep the epoch below 0xF0000000. After a real jump the next frame"
                        + " confirms it.";
            case CONFLICT -> "Give new content a new seq; the same epoch must not be used for two boots.";
            case UNKNOWN_SCHEMA ->
                "Send DESCRIBE first, and again when told so; the hash is the CRC-32C of its payload, byte for byte.";
            case LEVEL_UNAVAILABLE -> "Ask for the level that WELCOME names as highest, or a lower one.";
            case THROTTLED -> "Send less often.";
            case STORE_STALLED -> "Send it again later.";
            case NO_ROOM -> "Raise the server's limits (limits.maxDevices), or remove devices that are gone.";
            case UNKNOWN_FLOOR -> "Say the floor in the first frame of an epoch: back = seq - lowest number held.";
            case CLOCK_UNSET ->
                "Set the device's clock before it stamps readings, or use the time mode on arrival (0) or since boot (2).";
            case SHUTTING_DOWN -> "Come back later: the server is going down.";
        };
    }
}
