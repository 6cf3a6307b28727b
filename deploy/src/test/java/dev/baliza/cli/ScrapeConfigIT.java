package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scrape configuration in the tarball. */
class ScrapeConfigIT {
    @TempDir
    Path dir;

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Tool.need("promtool", "prometheus");
        Path config = Tarball.unpackInto(dir).home().resolve("conf/prometheus/prometheus.yml");
        Run run = Run.of(List.of("promtool", "check", "config", "--lint-fatal", config.toString()), Map.of());
        assertThat(run.status()).as(run.out() + run.err()).isZero();
    }
}
