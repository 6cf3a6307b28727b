package dev.baliza.server.files;

/**
 * Bounds of what devices may store.
 *
 * @param maxBytes largest file; 0 takes none
 * @param quotaBytes of all files and parts together
 * @param deviceQuotaBytes of one device's
 * @param pushBytesPerSecond of one file on its way to a device; 0: no limit
 */
public record FileLimits(long maxBytes, long quotaBytes, long deviceQuotaBytes, long pushBytesPerSecond) {
    /** Transfers of one device under way, in each direction. */
    static final int TRANSFERS_PER_DEVICE = 4;
    /** Transfers of all devices in each direction: two open files each. */
    static final int TRANSFERS = 256;
    /** Files and parts, so that the index fits memory whatever their sizes. */
    static final int FILES = 100_000;
    /** A transfer that is silent for longer ends; its part stays. */
    static final long IDLE_MICROS = 60_000_000;
    /** A part that nobody asked for in so long is thrown away. */
    static final long PART_MICROS = 86_400_000_000L;
    /** Granted to a sender: what the file's thread gets through in a few milliseconds. */
    static final int WINDOW_BYTES = 256 * 1024;
    /** Granted to each while much waits for the disk. */
    static final int BUSY_WINDOW_BYTES = 32 * 1024;
    /** Bytes that wait for the disk; more are dropped and come again. */
    static final int QUEUE_BYTES = 8 << 20;
    /** Errands that wait. */
    static final int QUEUE_ERRANDS = 8_192;
}
