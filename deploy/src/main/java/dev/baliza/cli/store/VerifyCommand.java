package dev.baliza.cli.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.http.DeviceJson;
import dev.baliza.server.recovery.StoppedStore;
import dev.baliza.server.recovery.StoreCheck;
import dev.baliza.sim.TlsOptions;
import dev.baliza.sim.WebOptions;
import dev.baliza.sim.report.ServerBooks;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import picocli.CommandLine.Spec;

/** {@code baliza verify}: proves the books of a running server, or of a data directory. */
@Command(
        name = "verify",
        description =
                "Prove the books: compute the laws of the ledger anew, from a running server or from a data directory.",
        footer = {
            "",
            "Exit status: 0 every book balances, 1 one does not or something is damaged, 2 usage, 66 no data"
                    + " directory, 69 no server, 73 a server runs in the directory."
        },
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int UNREACHABLE = 69;
    private static final int IO_FAULT = 74;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|URL",
            description =
                    "HTTP port of a running server; default 127.0.0.1:7368; https://HOST:PORT where it has http.tls.")
    private @Nullable String http;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory of a stopped server instead.")
    private @Nullable Path data;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private WebOptions webOptions = new WebOptions();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Override
    public Integer call() throws InterruptedException {
        if (data != null && http != null) {
            throw usage("give --http or --data, not both", null);
        }
        return data == null ? ofServer() : ofDirectory(data);
    }

    private ParameterException usage(String message, @Nullable Throwable cause) {
        CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
        return new ParameterException(line, message, cause);
    }

    private int ofServer() throws InterruptedException {
        WebServer server;
        try {
            server = webOptions.server(http == null ? "127.0.0.1:7368" : http, tls);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()), e);
        }
        try {
            ServerBooks books = new ServerBooks(server);
            JsonNode before = books.ledger();
            List<JsonNode> devices = new ArrayList<>();
            books.devices().values().forEach(device -> devices.add(device.json()));
            JsonNode after = books.ledger();
            if (!before.path("instance").equals(after.path("instance"))) {
                System.err.println("baliza verify: the server was started anew meanwhile; run this again");
                return BROKEN;
            }
            Laws laws = new Laws();
            devices.forEach(laws::device);
            laws.server(before);
            laws.server(after);
            laws.sums(devices, before, after);
            return show(new Proof(server.url(), devices, laws.all(), null));
        } catch (IOException e) {
            System.err.println(
                    "baliza verify: the books of " + server + " cannot be read: "
                            + (e instanceof ConnectException ? "connection refused" : e.getMessage())
                            + "; is the server running, and is this its HTTP port? Of a stopped one use: baliza verify --data DIR");
            return UNREACHABLE;
        }
    }

    private int ofDirectory(Path directory) {
        try (StoppedStore store =
                DataDirectory.open(directory, "prove the books of the running one: baliza verify --http HOST:PORT")) {
            StoreCheck.Result result = StoreCheck.run(store);
            List<JsonNode> devices = new ArrayList<>();
            for (DeviceView device : result.devices()) {
                devices.add(json(device));
            }
            Laws laws = new Laws();
            devices.forEach(laws::device);
            return show(new Proof(directory.toString(), devices, laws.all(), result));
        } catch (DataDirectory.Unusable e) {
            System.err.println("baliza verify: " + e.getMessage());
            return e.status();
        } catch (IOException e) {
            System.err.println("baliza verify: " + directory + " cannot be read: " + e);
            return IO_FAULT;
        }
    }

    private static JsonNode json(DeviceView device) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        try (TokenBuffer buffer = new TokenBuffer(mapper, false)) {
            buffer.writeStartObject();
            DeviceJson.write(buffer, device, false);
            buffer.writeEndObject();
            return mapper.readTree(buffer.asParser());
        }
    }

    private int show(Proof proof) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (json) {
            ProofText.json(proof, out);
        } else {
            ProofText.print(proof, out, System.err);
        }
        return proof.balances() ? 0 : BROKEN;
    }
}
