package dev.baliza.cli.doctor;

import dev.baliza.server.BalizaServer;
import dev.baliza.server.Version;
import dev.baliza.sim.TlsChoice;
import dev.baliza.sim.WebOptions;
import dev.baliza.sim.scenario.Options;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza doctor}: what is wrong with a server and this host, and the line that mends it. */
@Command(
        name = "doctor",
        description =
                "Look at a server and at this host; a line for each check, with the line that mends what is wrong."
                        + " Exit status 1 if a check failed.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int DEVICE_PORT = 7367;
    private static final int HTTP_PORT = 7368;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "HOST[:PORT]",
            defaultValue = "127.0.0.1",
            description = "Device port of the server; default ${DEFAULT-VALUE}:7367.")
    private String server = "127.0.0.1";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|URL",
            description =
                    "HTTP port of the server; default: the same host, 7368; https://HOST:PORT where it has http.tls.")
    private @Nullable String http;

    @Mixin
    private TlsChoice tls = new TlsChoice();

    @Mixin
    private WebOptions webOptions = new WebOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        ServerProbe probe;
        try {
            InetSocketAddress device = endpoint(server, DEVICE_PORT);
            String web = http == null ? BalizaServer.text(new InetSocketAddress(device.getAddress(), HTTP_PORT)) : http;
            probe = new ServerProbe(device, tls.context(false), webOptions.server(web, tls.options()));
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
        List<Finding> findings = new ArrayList<>();
        findings.addAll(ServerChecks.judge(probe.look(), Version.text()));
        findings.addAll(HostChecks.judge(new HostReader().read()));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8); // dashes in any locale
        if (json) {
            Report.json(findings, out);
        } else {
            Report.text(findings, out);
        }
        return Report.healthy(findings) ? 0 : FAILED;
    }

    /** {@code host}, {@code host:port}, {@code ::1}, {@code [::1]} or {@code [::1]:port}. */
    static InetSocketAddress endpoint(String text, int port) {
        boolean bare = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        if (bare) {
            return Options.endpoint("[" + text + "]:" + port);
        }
        return Options.endpoint(text.endsWith("]") || text.indexOf(':') < 0 ? text + ":" + port : text);
    }
}
