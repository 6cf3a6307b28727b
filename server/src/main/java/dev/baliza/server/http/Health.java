package dev.baliza.server.http;

import java.util.List;

/** What the health routes ask. Thread: called on event loops, so it answers from memory and does not block. */
public interface Health {
    /** Whether the process can still do its work; if not, it wants to be restarted. */
    boolean live();

    /** Why no device should be sent here now; empty when ready. */
    List<String> notReady();
}
