package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.sim.CalcCommand;
import dev.baliza.sim.SendCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calculations over real sockets. SPEC §15. */
@Timeout(60)
class CalcIT {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void theAnswerIsPrintedAlone(String transport) throws Exception {
        try (RunningServer server = new RunningServer()) {
            String at = "--server=" + server.devices();
            assertThat(Cli.run(new CalcCommand(), at, transport, "21 2 *"))
                    .isEqualTo(new Cli(0, "42" + System.lineSeparator(), ""));
            assertThat(Cli.run(new CalcCommand(), at, transport, "1 2 3 4 5 + + + +")
                            .out()
                            .strip())
                    .isEqualTo("15");
            assertThat(Cli.run(new CalcCommand(), at, transport, "--json", "1 4 /")
                            .out()
                            .strip())
                    .isEqualTo("{\"value\":0.25}");

            Cli send = Cli.run(new SendCommand(), "--device=lab-1", at, transport, "temperature=21.5Cel");
            assertThat(send.exitCode()).as(send.toString()).isZero();
            assertThat(Cli.run(new CalcCommand(), at, transport, "lab-1/temperature", "2", "*")
                            .out()
                            .strip())
                    .isEqualTo("43");
        }
    }

    @Test
    void whatIsWrongIsSaidOnStderr() throws Exception {
        try (RunningServer server = new RunningServer()) {
            String at = "--server=" + server.devices();
            Cli zero = Cli.run(new CalcCommand(), at, "4 0 /");
            assertThat(zero.exitCode()).isEqualTo(1);
            assertThat(zero.out()).isEmpty();
            assertThat(zero.err()).contains("division by zero");
            assertThat(Cli.run(new CalcCommand(), at, "lab-9/temperature").err())
                    .contains("no such device");
            assertThat(Cli.run(new CalcCommand(), at, "1 sin").err()).contains("unknown operator at sin");
            assertThat(Cli.run(new CalcCommand(), at, "1 2").err()).contains("too many operands at the end");
            assertThat(server.get("/metrics")).contains("baliza_events_total{event=\"calc_failed\"} 4");
        }
    }

    /** SPEC §15.1.3: where devices have keys, only a sealed sender is answered. */
    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void withKeysTheSenderMustSeal(String transport) throws Exception {
        Path keys = dir.resolve("devices.keys");
        KeyFile.write(
                keys,
                List.of(new KeyEntry("lab-1", 1, true, new byte[16]), new KeyEntry("lab-2", 1, false, new byte[16])));
        try (RunningServer server = new RunningServer("keys.file=" + keys, "insecure=true")) {
            String at = "--server=" + server.devices();
            for (String device : List.of("lab-1", "lab-2")) {
                Cli sealed =
                        Cli.run(new CalcCommand(), at, transport, "--keys=" + keys, "--device=" + device, "21 2 *");
                assertThat(sealed.out().strip()).as(sealed.toString()).isEqualTo("42");
            }
            Cli open = Cli.run(new CalcCommand(), at, transport, "21 2 *");
            assertThat(open.exitCode()).isEqualTo(1);
            assertThat(open.err()).contains("not allowed").contains("--keys FILE");
        }
    }
}
