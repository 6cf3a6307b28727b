package dev.baliza.cli.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which processors server and load run on.
 *
 * @param server list for {@code taskset -c}; null: any
 * @param load likewise
 */
record Cpus(@Nullable String server, @Nullable String load) {
    /** One each, as the goals say; without taskset the scheduler decides. */
    static Cpus choose(String server, String load) {
        try {
            Process probe = new ProcessBuilder("taskset", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return probe.waitFor() == 0 ? new Cpus(server, load) : new Cpus(null, null);
        } catch (IOException e) {
            return new Cpus(null, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Cpus(null, null);
        }
    }

    /** Moves all threads of this process, which is the load. */
    void pinSelf() throws IOException, InterruptedException {
        if (load != null) {
            Process pin = new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-p",
                            "-c",
                            load,
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectErrorStream(true)
                    .start();
            if (pin.waitFor() != 0) {
                throw new IOException("taskset -c " + load + " failed; which processors are there? See --load-cpus");
            }
        }
    }

    /** Java with this program's class path and options, on the server's processors; a main class and its arguments follow. */
    List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        if (server != null) {
            command.addAll(List.of("taskset", "-c", server));
        }
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    @Override
    public String toString() {
        return server == null
                ? "not pinned (no taskset here: install util-linux)"
                : "server on processor " + server + ", load on " + load;
    }
}
