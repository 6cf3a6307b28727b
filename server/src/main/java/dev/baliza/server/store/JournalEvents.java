package dev.baliza.server.store;

import java.io.IOException;

/** What an operator must hear about the journal. Thread: the writer's. */
public interface JournalEvents {
    /** Nothing can be written; what was offered waits, and attempts go on. */
    void stalled(String reason);

    /** All that waited is committed. */
    void resumed();

    /** Nothing will be committed any more: end the process, a new one recovers from the disk. */
    void failed(Throwable cause);

    /** Retention deleted a segment. */
    void deleted(String segment);

    /** Old segments cannot be deleted; the next attempt is in a minute. */
    void retentionFailed(IOException cause);
}
