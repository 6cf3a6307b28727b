package dev.baliza.sim.capture;

import java.nio.ByteBuffer;

/**
 * One record of a capture.
 *
 * @param number from 1 on, as other tools count
 * @param micros since 1970, when it was captured
 * @param linkType of the capture file
 * @param cut whether the capture holds less than was on the wire
 * @param bytes from the link layer on, big-endian
 */
record Packet(int number, long micros, int linkType, boolean cut, ByteBuffer bytes) {}
