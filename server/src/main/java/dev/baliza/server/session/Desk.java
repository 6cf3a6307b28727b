package dev.baliza.server.session;

/** Serves messages that take longer than a shard may: disks, other shards. Thread: any; it returns at once. */
@FunctionalInterface
public interface Desk {
    /** Takes the errand, or drops and counts it. */
    void serve(Errand errand);
}
