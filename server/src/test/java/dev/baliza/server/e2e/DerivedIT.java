package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.sim.SendCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of METRICS.md, loaded and fed over real sockets. */
@Timeout(60)
class DerivedIT {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\\n(metrics:\\n  derived:.*?)```", Pattern.DOTALL);

    @TempDir
    Path dir;

    private String[] settings() throws Exception {
        Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("METRICS.md")));
        assertThat(matcher.find()).isTrue();
        Path file = Files.writeString(dir.resolve("baliza.yaml"), matcher.group(1));
        return ConfigLoader.read(file, Map.of(), List.of()).entries().stream()
                .filter(entry -> entry.path().startsWith("metrics.derived"))
                .map(entry -> entry.path() + "=" + entry.value())
                .toArray(String[]::new);
    }

    private static void send(RunningServer server, String transport, String device, String... readings)
            throws Exception {
        String[] args = new String[readings.length + 3];
        args[0] = "--device=" + device;
        args[1] = "--server=" + server.devices();
        args[2] = transport;
        System.arraycopy(readings, 0, args, 3, readings.length);
        Cli sent = Cli.run(new SendCommand(), args);
        assertThat(sent.exitCode()).as(sent.toString()).isZero();
    }

    private static double metric(String metrics, String series) {
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(metrics);
        assertThat(matcher.find()).as(series + " in\n" + metrics).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tcp", "--udp"})
    void derivedChannelsAreExportedLikeAnyOther(String transport) throws Exception {
        try (RunningServer server = new RunningServer(settings())) {
            send(server, transport, "weather-1", "temperature=20Cel");
            send(server, transport, "weather-1", "humidity=50%");
            send(server, transport, "rack-2", "inlet=21Cel");
            send(server, transport, "rack-1", "inlet=24.5Cel");
            String metrics = server.get("/metrics");
            assertThat(metric(metrics, "sensor_dew_point_celsius{channel=\"dew_point\",device=\"weather-1\"}"))
                    .as("tables have 9.3 °C")
                    .isEqualTo(9.26, within(0.05));
            assertThat(metric(
                            metrics, "sensor_inlet_difference_kelvin{channel=\"inlet_difference\",device=\"rack-1\"}"))
                    .isEqualTo(3.5, within(1e-9));
            assertThat(metric(metrics, "baliza_events_total{event=\"derived_computed\"}"))
                    .isEqualTo(2);
            assertThat(metric(metrics, "baliza_readings_total{transport=\"" + transport.substring(2) + "\"}"))
                    .as("received ones only")
                    .isEqualTo(4);
            assertThat(metric(metrics, "baliza_ledger_imbalance")).isZero();
            JsonNode series = new ObjectMapper()
                    .readTree(server.get("/api/v1/devices/weather-1"))
                    .path("series");
            assertThat(series.findValuesAsText("quantity")).containsExactly("temperature", "humidity", "dew_point");
        }
    }
}
