package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code baliza keys new} prints for Python is a line that the Python client takes. */
class PastedKeyIT {
    private static final Path CLIENT =
            Path.of("../protocol/clients/python").toAbsolutePath().normalize();

    @TempDir
    Path dir;

    private String keysNew(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Tarball.unpackInto(dir).launcher().toString(), "keys", "new", "--file=" + dir.resolve("baliza.keys")));
        command.addAll(List.of(arguments));
        Run run = Run.of(command, Map.of());
        assertThat(run.status()).as(run.err()).isZero();
        return run.out();
    }

    private static String line(String output, int index) {
        return output.lines()
                .filter(line -> line.startsWith("Python  "))
                .skip(index)
                .findFirst()
                .orElseThrow()
                .substring("Python  ".length());
    }

    @Test
    void eachNumberingHasItsLine() throws Exception {
        assertThat(line(keysNew("lab-1"), 0))
                .matches("device = baliza\\.Device\\(\"lab-1\", \"SERVER\", key=\"[0-9a-f]{32}\", key_id=1\\)");
        String counting = keysNew("--epochs=device", "--bits=256", "lab-2", "id:00000000000000ff");
        assertThat(line(counting, 0))
                .matches("device = baliza\\.Device\\(\"lab-2\", \"SERVER\", key=\"[0-9a-f]{64}\", key_id=1, "
                        + "epochs=\"device\", state=\"lab-2\\.epoch\"\\)");
        assertThat(line(counting, 1)).contains("\"id:00000000000000ff\"", "state=\"id-00000000000000ff.epoch\"");
    }

    @Test
    void theLineMakesADevice() throws Exception {
        String python = sealingPython();
        String output = keysNew("--epochs=device", "lab-1", "id:00000000000000ff");
        for (int i = 0; i < 2; i++) {
            String program =
                    "import os, sys; sys.path.insert(0, '%s'); import baliza; os.chdir('%s')%n%s%nprint(hex(device.id))"
                            .formatted(CLIENT, dir, line(output, i).replace("SERVER", "127.0.0.1"));
            Run run = Run.of(List.of(python, "-B", "-c", program), Map.of());
            assertThat(run.err()).isEmpty();
            assertThat(run.out().strip()).isEqualTo(i == 0 ? "0x" + id(output) : "0xff");
        }
        assertThat(dir.resolve("lab-1.epoch")).exists();
    }

    /** As {@code keys new} tells it. */
    private static String id(String output) {
        return output.replaceFirst("(?s).*?lab-1 \\(id 0*([0-9a-f]+)\\).*", "$1");
    }

    private static String sealingPython() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                if (Run.of(List.of(python, "-c", "import cryptography"), Map.of())
                                .status()
                        == 0) {
                    return python;
                }
            } catch (IOException e) {
                // not installed
            }
        }
        String reason = "python3 with the package cryptography is not installed";
        assertThat(System.getenv("CI")).as(reason + "; .ci/run installs it").isNotEqualTo("true");
        System.out.println("skipped: " + reason);
        Assumptions.assumeTrue(false, reason);
        throw new IllegalStateException(reason);
    }
}
