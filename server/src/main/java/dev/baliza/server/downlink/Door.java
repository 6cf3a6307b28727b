package dev.baliza.server.downlink;

/** The way onto a shard's thread. Thread: any. */
@FunctionalInterface
public interface Door {
    /** Runs the task there soon, then sends what it queued. */
    void enter(Task task);

    /** What is done on the shard's thread. */
    @FunctionalInterface
    interface Task {
        void run(Directory directory, long nowMicros);
    }
}
