package dev.baliza.sim.ctl;

import dev.baliza.sim.TlsChoice;
import dev.baliza.sim.scenario.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl login}: keeps where a server is, how it is reached, and the key of an operator. */
@Command(
        name = "login",
        description =
                "Keep the profile that \"baliza keys new --role\" printed; reads it from its input. With --tls, later"
                        + " commands use TLS by the same files.",
        mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
    private static final int DATA_ERROR = 65;
    private static final int CANNOT_WRITE = 73;
    private static final int MAX_PROFILE_BYTES = 10_000;

    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Option(names = "--server", required = true, paramLabel = "HOST:PORT", description = "Device port.")
    private String server = "";

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = Profile.DEFAULT,
            description = "Name to keep it under (${DEFAULT-VALUE}).")
    private String name = Profile.DEFAULT;

    @Mixin
    private TlsChoice tls = new TlsChoice();

    @Override
    public Integer call() {
        CtlCommand parent = CtlCommand.of(ctl);
        try {
            Options.endpoint(server);
            tls.contextOnly(false);
            String text = new String(parent.in.readNBytes(MAX_PROFILE_BYTES), StandardCharsets.UTF_8);
            Profile profile = Profile.parse(text, "the input", server);
            if (tls.isOn()) {
                profile = profile.with(tls.options().files().absolute());
            }
            Path file = Profile.file(Profile.directory(parent.environment), name);
            profile.write(file);
            parent.err.println("kept as " + file + "; try: baliza ctl whoami"
                    + (name.equals(Profile.DEFAULT) ? "" : " --profile " + name));
            return 0;
        } catch (IllegalArgumentException e) {
            throw parent.misused(e);
        } catch (Profile.ProfileException e) {
            parent.err.println("baliza ctl: " + e.getMessage());
            return DATA_ERROR;
        } catch (IOException e) {
            parent.err.println("baliza ctl: the profile cannot be written: " + e);
            return CANNOT_WRITE;
        }
    }
}
