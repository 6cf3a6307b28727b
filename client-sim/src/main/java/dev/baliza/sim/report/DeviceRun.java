package dev.baliza.sim.report;

import dev.baliza.sim.device.VirtualDevice;

/**
 * What one device did in this run.
 *
 * @param framesWritten frames given to its socket, after all faults
 * @param damaged datagrams given to its socket that were no right frame
 * @param cuts TCP connections it broke on purpose
 */
public record DeviceRun(VirtualDevice device, long framesWritten, long damaged, long cuts) {}
