package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Programs that a test calls and that may be missing. */
final class Tool {
    private Tool() {}

    /** Skips with a reason where the tool is missing; with CI=true that is a failure. */
    static void need(String tool, String debianPackage) throws InterruptedException {
        boolean there;
        try {
            there = Run.of(List.of(tool, "--version"), Map.of()).status() == 0;
        } catch (IOException e) {
            there = false;
        }
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there)
                    .as(tool + " is not installed; .ci/run installs it")
                    .isTrue();
        }
        Assumptions.assumeTrue(there, tool + " is not installed (Debian package: " + debianPackage + "); skipped");
    }
}
