package dev.baliza.server;

import dev.baliza.server.config.ConfigException;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ConfigText;
import dev.baliza.server.config.EffectiveConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza config}: a first file, a check before a restart, and where each value comes from. */
@Command(
        name = "config",
        description = "Write, check and explain the configuration of the server.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(init | check | show)")
public final class ConfigCommand {
    private static final int FAILED = 1;
    private static final int BAD_CONFIG = 78;

    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    public ConfigCommand() {
        this(System.getenv());
    }

    /** @param environment variables; those that start with BALIZA_ are read */
    ConfigCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Command(
            name = "init",
            description = "Print a commented file with every key and its default, or write it to FILE.",
            mixinStandardHelpOptions = true)
    int init(
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "To be created; is never overwritten.")
                    @Nullable
                    Path file) {
        if (file == null) {
            out().print(ConfigText.template());
            out().flush();
            return 0;
        }
        try {
            Files.writeString(file, ConfigText.template(), StandardOpenOption.CREATE_NEW);
            return say("written: " + file);
        } catch (FileAlreadyExistsException e) {
            return failed(file + " exists and is not overwritten; choose another name");
        } catch (IOException e) {
            return failed(file + " cannot be written: " + e);
        }
    }

    @Command(
            name = "check",
            description =
                    "Check FILE, with the variables of this environment, as \"baliza server --config FILE\" would.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE", description = "YAML configuration.") Path file) {
        return load(file, List.of()).isPresent() ? say("ok") : BAD_CONFIG;
    }

    @Command(
            name = "show",
            description = "Print the value of every key, as \"baliza server\" with the same options would use it.",
            mixinStandardHelpOptions = true)
    int show(
            @Option(names = "--config", paramLabel = "FILE", description = "YAML configuration.") @Nullable Path file,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set one key, as of baliza server.")
                    @Nullable
                    List<String> settings,
            @Option(names = "--origin", description = "Say where each value comes from.") boolean origin) {
        Optional<EffectiveConfig> config = load(file, settings == null ? List.of() : settings);
        config.ifPresent(c -> out().print(ConfigText.of(c, origin)));
        out().flush();
        return config.isPresent() ? 0 : BAD_CONFIG;
    }

    private Optional<EffectiveConfig> load(@Nullable Path file, List<String> settings) {
        try {
            return Optional.of(ConfigLoader.read(file, environment, settings));
        } catch (ConfigException e) {
            e.problems().forEach(problem -> err().println("baliza: " + problem));
            return Optional.empty();
        }
    }

    private int say(String line) {
        out().println(line);
        return 0;
    }

    private int failed(String why) {
        err().println("baliza: " + why);
        return FAILED;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
