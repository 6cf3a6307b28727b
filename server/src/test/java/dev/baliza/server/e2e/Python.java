package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python that may be missing, and with it the test; with CI=true that is a failure. */
final class Python {
    static final Path CLIENT =
            Path.of("../protocol/clients/python").toAbsolutePath().normalize();

    private final String command;

    private Python(String command) {
        this.command = command;
    }

    /** One that has these modules. */
    static Python with(String modules, String advice) throws InterruptedException {
        for (String command : List.of("python3", "/usr/bin/python3")) {
            try {
                if (new ProcessBuilder(command, "-c", "import " + modules)
                                .start()
                                .waitFor()
                        == 0) {
                    return new Python(command);
                }
            } catch (IOException e) {
                // not installed
            }
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(advice + "; .ci/run installs it, and CI=true allows no skipping");
        }
        System.out.println("skipped: " + advice);
        assumeTrue(false, advice);
        throw new IllegalStateException("not reached");
    }

    static Python plain() throws InterruptedException {
        return with("sys", "python3 is not installed");
    }

    static Python sealing() throws InterruptedException {
        return with("cryptography", "python3 with the package cryptography is not installed");
    }

    /** Starts it in the directory of the client. */
    Process start(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(command, "-B"));
        all.addAll(List.of(arguments));
        return new ProcessBuilder(all)
                .directory(CLIENT.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** Runs it to its good end; what it printed. */
    String run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
