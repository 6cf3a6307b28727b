package dev.baliza.sim.device;

/**
 * What is wrong with a device's sensors and boards.
 *
 * @param missing probability of a value to be missing
 * @param spike probability of a value to be at an end of its range
 * @param stuck whether its sensors repeat their first value
 * @param reboots probability of a boot in a second
 * @param reflashes probability of being written anew in a second
 * @param flash whether its epoch and its queue outlive a boot
 */
public record Defects(double missing, double spike, boolean stuck, double reboots, double reflashes, boolean flash) {
    public static final Defects NONE = new Defects(0, 0, false, 0, 0, false);
}
