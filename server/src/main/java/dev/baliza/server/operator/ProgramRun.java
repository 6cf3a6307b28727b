package dev.baliza.server.operator;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program: no shell, no environment, nothing to read, and its whole process tree killed at the end. A process that leaves the tree
 * between two looks of 20 ms, as daemons do, is not found. Thread: its caller's, which waits.
 *
 * @param status exit status; 128 and a signal's number when a signal ended it, as shells say it
 * @param truncated whether there was more output than is kept
 */
record ProgramRun(int status, boolean timedOut, String output, boolean truncated, long millis) {
    private static final File NOTHING = new File("/dev/null");
    private static final long LOOK_MILLIS = 20;
    private static final long LAST_WAIT_MILLIS = 2_000;
    private static final int SIGNALLED = 128;
    private static final int MAX_SIGNAL = 64;

    /** Its output, read by a thread of its own until the end; what is over the limit is thrown away. */
    private static final class Output implements Runnable {
        private final InputStream from;
        private final int limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean truncated;

        Output(InputStream from, int limit) {
            this.from = from;
            this.limit = limit;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[4_096];
            try {
                for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                    take(chunk, read);
                }
            } catch (IOException e) {
                // killed: what came is there
            }
        }

        private synchronized void take(byte[] chunk, int read) {
            int room = Math.min(read, limit - kept.size());
            kept.write(chunk, 0, room);
            truncated |= room < read;
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }

        synchronized boolean isTruncated() {
            return truncated;
        }
    }

    /**
     * Runs it to its end.
     *
     * @throws IOException it could not be started
     */
    static ProgramRun of(List<String> command, Duration timeout, int outputBytes)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectInput(NOTHING)
                .redirectErrorStream(true);
        builder.environment().clear();
        long start = System.nanoTime();
        Process process = builder.start();
        Set<ProcessHandle> tree = new LinkedHashSet<>();
        Output output = new Output(process.getInputStream(), outputBytes);
        Thread reader = new Thread(output, "baliza-exec-output");
        reader.setDaemon(true);
        reader.start();
        boolean timedOut = false;
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !timedOut) {
                process.descendants().forEach(tree::add);
                timedOut = System.nanoTime() - start >= timeout.toNanos();
            }
        } finally {
            kill(process, tree);
        }
        process.waitFor();
        reader.join(LAST_WAIT_MILLIS);
        return new ProgramRun(
                process.exitValue(),
                timedOut,
                output.text(),
                output.isTruncated(),
                (System.nanoTime() - start) / 1_000_000);
    }

    /** Ends the process and all that came from it. */
    private static void kill(Process process, Set<ProcessHandle> tree) {
        process.descendants().forEach(tree::add);
        process.toHandle().destroyForcibly(); // that of the process itself closes its output before it is read
        for (ProcessHandle one : List.copyOf(tree)) {
            one.descendants().forEach(tree::add);
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /** Number of the signal that ended it, 0 for none. */
    int signal() {
        return status > SIGNALLED && status <= SIGNALLED + MAX_SIGNAL ? status - SIGNALLED : 0;
    }
}
