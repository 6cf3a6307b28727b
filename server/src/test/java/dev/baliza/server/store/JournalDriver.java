package dev.baliza.server.store;

/** Lets another package's test be the journal's writer. */
public final class JournalDriver {
    private JournalDriver() {}

    /** Commits what is due; returns for how many nanoseconds nothing will be. */
    public static long step(Journal journal) {
        return journal.step();
    }
}
