package dev.baliza.server;

import dev.baliza.server.config.ConfigException;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.EffectiveConfig;
import dev.baliza.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code baliza server}: runs until a signal; SIGTERM and SIGINT drain, SIGHUP reloads the configuration. */
@Command(
        name = "server",
        description = "Run the server: readings in over TCP and UDP, metrics out over HTTP.",
        mixinStandardHelpOptions = true)
public final class ServerCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);
    private static final int BAD_CONFIG = 78;
    /** EX_IOERR. */
    private static final int CANNOT_STORE = 74;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML configuration.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one key, such as tcp.port=7367; wins over the environment and the file.")
    private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        Instant begin = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        ConfigReloader.Source source = () -> ConfigLoader.read(config, System.getenv(), settings);
        EffectiveConfig checked;
        try {
            checked = source.read();
        } catch (ConfigException e) {
            e.problems().forEach(problem -> System.err.println("baliza: " + problem));
            return BAD_CONFIG;
        }
        LogSetup.apply(checked.values().log());
        BalizaServer server;
        try {
            server = BalizaServer.start(checked.values());
        } catch (StartException e) {
            System.err.println("baliza: " + e.getMessage());
            return e.exitStatus();
        }
        server.onStoreFailure(() -> Runtime.getRuntime().halt(CANNOT_STORE));
        SystemdNotifier systemd = SystemdNotifier.of(System.getenv());
        reloadOnHangup(source, server, checked, systemd);
        server.warnings().forEach(LOG::warn);
        String ready = server.readyLine(Duration.between(begin, Instant.now()));
        LOG.info("{}, warnings: {}", ready, server.warnings().size());
        drainAtSignal(server, systemd);
        systemd.ready(ready, server::whenAllLoopsAnswer);
        new CountDownLatch(1).await();
        return 0;
    }

    /** SIGHUP reads the configuration again; where there is no such signal, a restart does. */
    private static void reloadOnHangup(
            ConfigReloader.Source source, BalizaServer server, EffectiveConfig started, SystemdNotifier systemd) {
        ConfigReloader.Target target = new ConfigReloader.Target() {
            @Override
            public void reconfigure(ServerConfig newer) {
                LogSetup.level(newer.log().level());
                server.reconfigure(newer);
            }

            @Override
            public void reloadFailed() {
                server.reloadFailed();
            }
        };
        ConfigReloader reloader = new ConfigReloader(source, target, started);
        server.serveOperators(reloader::inForce, () -> System.exit(0));
        HangupSignal.handle(() -> systemd.whileReloading(reloader::reload));
    }

    /** A signal runs the hook, which drains and ends the process with status 0, as a daemon should. */
    private static void drainAtSignal(BalizaServer server, SystemdNotifier systemd) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            systemd.stopping();
                            server.close();
                            systemd.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "baliza-drain"));
    }
}
