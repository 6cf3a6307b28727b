package dev.baliza.server.aggregate;

/** What is to be done when a frame of a device brought readings of a series. Thread: the device's shard's. */
interface Dependent {
    /** All readings of the frame are applied. May be called several times for one frame; acts once. */
    void run(long arrivalMicros, long epoch, long seq);
}
