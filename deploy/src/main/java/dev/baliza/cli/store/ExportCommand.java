package dev.baliza.cli.store;

import dev.baliza.server.books.DescribedDevice;
import dev.baliza.server.history.HistoryFormat;
import dev.baliza.server.history.HistoryQuery;
import dev.baliza.server.history.Scan;
import dev.baliza.server.recovery.StoppedStore;
import dev.baliza.sim.TlsOptions;
import dev.baliza.sim.WebOptions;
import dev.baliza.sim.scenario.WebServer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code baliza export}: stored readings of a device as JSON lines or CSV. */
@Command(
        name = "export",
        description = "Print the stored readings of a device with their times, in the order in which they came.",
        footer = {
            "",
            "Where not all could be given, the last line says how much was left out.",
            "Exit status: 0 all there, 1 a part or nothing, 2 usage, 66 no data directory, 69 no server, 73 a server"
                    + " runs in the directory."
        },
        mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final int CANNOT_CREATE = 73;

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

    @Option(names = "--device", required = true, paramLabel = "NAME|ID", description = "Whose readings.")
    private String device = "";

    @Option(names = "--quantity", paramLabel = "NAME", description = "Only this quantity, such as temperature.")
    private @Nullable String quantity;

    @Option(names = "--channel", paramLabel = "NAME", description = "Only this channel.")
    private @Nullable String channel;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From this event time on: 2026-05-01T12:00:00Z, or seconds since 1970.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before this event time.")
    private @Nullable String to;

    @Option(names = "--limit", paramLabel = "N", description = "So many readings at most.")
    private @Nullable String limit;

    @Option(names = "--csv", description = "CSV instead of JSON lines.")
    private boolean csv;

    @Option(names = "-o", paramLabel = "FILE", description = "Write into this file, once all is there.")
    private @Nullable Path file;

    @Mixin
    private WebOptions webOptions = new WebOptions();

    @Mixin
    private TlsOptions tls = new TlsOptions();

    /** Writes the readings somewhere; returns the exit status. */
    private interface Source {
        int writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Map<String, List<String>> parameters = parameters();
            HistoryQuery query = HistoryQuery.of(parameters, HistoryFormat.JSON);
            if (data != null && http != null) {
                throw new IllegalArgumentException("give --http or --data, not both");
            }
            Path directory = data;
            if (directory != null) {
                try (StoppedStore store =
                        DataDirectory.open(directory, "ask the running one: baliza export --http HOST:PORT")) {
                    return into(out -> scan(store, query, out));
                }
            }
            WebServer server = webOptions.server(http == null ? "127.0.0.1:7368" : http, tls);
            return into(out -> download(server, parameters, out));
        } catch (DataDirectory.Unusable e) {
            System.err.println("baliza export: " + e.getMessage());
            return e.status();
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            System.err.println("baliza export: " + e.getMessage());
            return FAILED;
        }
    }

    private Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        put(parameters, "device", device);
        put(parameters, "quantity", quantity);
        put(parameters, "channel", channel);
        put(parameters, "from", from);
        put(parameters, "to", to);
        put(parameters, "limit", limit);
        put(parameters, "format", csv ? "csv" : "json");
        return parameters;
    }

    private static void put(Map<String, List<String>> to, String name, @Nullable String value) {
        if (value != null) {
            to.put(name, List.of(value));
        }
    }

    /** A file is there whole or not at all. */
    private int into(Source source) throws IOException, InterruptedException {
        Path target = file;
        if (target == null) {
            OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
            int status = source.writeTo(out);
            out.flush();
            return status;
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        int status;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
            status = source.writeTo(out);
        } catch (FileSystemException e) {
            System.err.println("baliza export: cannot write " + target + ": " + e);
            return CANNOT_CREATE;
        }
        if (status == UNREACHABLE || (status != 0 && Files.size(part) == 0)) {
            Files.delete(part);
        } else {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return status;
    }

    private int scan(StoppedStore store, HistoryQuery query, OutputStream out) throws IOException {
        DescribedDevice found = store.shard().described(device).orElse(null);
        if (found == null) {
            System.err.println("baliza export: no device '" + device + "' in " + data + "; baliza verify --data " + data
                    + " lists them");
            return FAILED;
        }
        Scan scan = new Scan(store.disk(), store.recovery()::committed, found, query);
        Scan.Outcome outcome = scan.run(out, () -> true);
        long leftOut = outcome.framesLeftOut() + outcome.damagedRecords();
        return leftOut == 0 ? 0 : partial();
    }

    private static int partial() {
        System.err.println("baliza export: not all could be given; the last line says how much was left out");
        return FAILED;
    }

    private int download(WebServer server, Map<String, List<String>> parameters, OutputStream out)
            throws IOException, InterruptedException {
        StringJoiner query = new StringJoiner("&", "/api/v1/history?", "");
        parameters.forEach(
                (name, value) -> query.add(name + "=" + URLEncoder.encode(value.get(0), StandardCharsets.UTF_8)));
        HttpRequest request = server.request(query.toString()).build();
        HttpResponse<InputStream> response;
        try {
            response = server.client()
                    .connectTimeout(Duration.ofSeconds(5))
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            System.err.println("baliza export: " + server + " cannot be asked: "
                    + (e instanceof ConnectException ? "connection refused" : e.getMessage())
                    + "; is the server running, and is this its HTTP port?");
            return UNREACHABLE;
        }
        try (InputStream body = new BufferedInputStream(response.body())) {
            if (response.statusCode() != 200) {
                String text = new String(body.readNBytes(4_096), StandardCharsets.UTF_8).strip();
                System.err.println("baliza export: " + server + " answered " + response.statusCode() + ": " + text);
                return FAILED;
            }
            return copy(body, out) ? partial() : 0;
        }
    }

    /** Returns whether the last line says that something was left out. */
    private static boolean copy(InputStream from, OutputStream to) throws IOException {
        byte[] json = "{\"leftOut\"".getBytes(StandardCharsets.US_ASCII);
        byte[] text = "# left out".getBytes(StandardCharsets.US_ASCII);
        byte[] head = new byte[json.length];
        int column = 0;
        boolean leftOut = false;
        for (int octet = from.read(); octet >= 0; octet = from.read()) {
            to.write(octet);
            if (octet == '\n') {
                column = 0;
            } else if (column < head.length) {
                head[column++] = (byte) octet;
                leftOut = column == head.length && (Arrays.equals(head, json) || Arrays.equals(head, text));
            }
        }
        return leftOut;
    }
}
