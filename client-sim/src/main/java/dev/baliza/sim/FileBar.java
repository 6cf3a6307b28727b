package dev.baliza.sim;

import java.io.PrintStream;

/** How far a file is, in one line that is rewritten; nothing where there is no terminal. Thread: the caller's. */
final class FileBar {
    private static final int WIDTH = 30;
    private static final long EVERY_NANOS = 100_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private long nextNanos;
    private boolean drawn;

    FileBar(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(long held, long size, long nanos) {
        if (!terminal || nanos < nextNanos) {
            return;
        }
        nextNanos = nanos + EVERY_NANOS;
        drawn = true;
        int full = (int) (size == 0 ? WIDTH : held * WIDTH / size);
        out.printf(
                "\r[%s%s] %3d %%  %,d of %,d bytes ",
                "=".repeat(full), " ".repeat(WIDTH - full), size == 0 ? 100 : held * 100 / size, held, size);
        out.flush();
    }

    void end() {
        if (drawn) {
            out.println();
        }
    }
}
