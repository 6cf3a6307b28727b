package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.EffectiveConfig;
import dev.baliza.server.config.ServerConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConfigReloaderTest {
    private final Deque<ConfigReloader.Source> sources = new ArrayDeque<>();
    private final List<String> outcomes = new ArrayList<>();

    private final ConfigReloader.Target target = new ConfigReloader.Target() {
        @Override
        public void reconfigure(ServerConfig newer) {
            outcomes.add("deny " + newer.access().deny().size());
        }

        @Override
        public void reloadFailed() {
            outcomes.add("failed");
        }
    };

    private static EffectiveConfig config(String... flags) throws Exception {
        return ConfigLoader.read(null, Map.of(), List.of(flags));
    }

    @Test
    void whatCanBeReadIsAppliedAndWhatCannotIsNot() throws Exception {
        EffectiveConfig started = config();
        sources.add(() -> ConfigLoader.read(null, Map.of(), List.of("access.deny=10.0.0.1")));
        sources.add(() -> ConfigLoader.read(null, Map.of(), List.of("access.deny=10.0.0")));
        sources.add(() -> {
            throw new IllegalStateException("as a bug would; its stack trace in the log is meant");
        });
        sources.add(() -> started);
        ConfigReloader reloader =
                new ConfigReloader(() -> Objects.requireNonNull(sources.poll()).read(), target, started);
        for (int i = 0; i < 4; i++) {
            reloader.reload();
        }
        assertThat(outcomes).containsExactly("deny 1", "failed", "failed", "deny 0");
    }

    @Test
    void changesAreToldInTheOrderOfTheCatalogueWithTheirOrigin() throws Exception {
        List<EffectiveConfig.Change> changes = config("tcp.port=1").changes(config("log.level=warn", "tcp.port=2"));
        assertThat(changes)
                .containsExactly(
                        new EffectiveConfig.Change("tcp.port", "1", "2", "--set tcp.port", true),
                        new EffectiveConfig.Change("log.level", "info", "warn", "--set log.level", false));
        assertThat(config().changes(config("tcp.port=7367"))).isEmpty();
    }
}
