package dev.baliza.sim.report;

import dev.baliza.sim.device.VirtualDevice;

/**
 * What one device did in this run.
 *
 * @param framesWritten frames given to its socket, after all faults, replays not counted
 * @param datagrams given to its socket, damaged ones and replays included; 0 on TCP
 * @param damaged datagrams given to its socket that were no right frame
 * @param replays further copies of sealed control frames given to its socket
 * @param cuts TCP connections it broke on purpose
 */
public record DeviceRun(
        VirtualDevice device, long framesWritten, long datagrams, long damaged, long replays, long cuts) {}
