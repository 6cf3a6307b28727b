package dev.baliza.sim.report;

import dev.baliza.sim.device.VirtualDevice;

/**
 * What one device did in this run.
 *
 * @param framesWritten frames given to its socket, after all faults
 */
public record DeviceRun(VirtualDevice device, long framesWritten) {}
