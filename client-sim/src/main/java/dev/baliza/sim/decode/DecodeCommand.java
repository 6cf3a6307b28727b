package dev.baliza.sim.decode;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.dissect.Dissection;
import dev.baliza.protocol.dissect.Dissector;
import dev.baliza.sim.capture.Capture;
import dev.baliza.sim.capture.CaptureException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza decode}: frames explained byte by byte. */
@Command(
        name = "decode",
        description = "Explain frames byte by byte, and name the rule of SPEC.md that a bad one breaks.",
        footer = {
            "",
            "Exit status: 0 all frames are well-formed, 1 one is bad, 2 the input cannot be read.",
            "Rows of readings need the DESCRIBE of their set before them: give both, in order."
        },
        mixinStandardHelpOptions = true)
public final class DecodeCommand implements Callable<Integer> {
    private static final int BAD_FRAME = 1;

    /** At most one of these. */
    static final class FormatOptions {
        @Option(names = "--hex", description = "The input is hexadecimal text, with # comments.")
        private boolean hex;

        @Option(names = "--base64", description = "The input is base64.")
        private boolean base64;

        @Option(names = "--pcap", description = "The input is a capture, as of tcpdump -w.")
        private boolean pcap;

        Input.Format format() {
            return hex
                    ? Input.Format.HEX
                    : base64 ? Input.Format.BASE64 : pcap ? Input.Format.PCAP : Input.Format.GUESS;
        }
    }

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup
    private FormatOptions format = new FormatOptions();

    @Option(
            names = "--port",
            description = "The server's port in a capture; default ${DEFAULT-VALUE}.",
            defaultValue = "7367")
    private int port = 7367;

    @Option(
            names = "--max-frame",
            paramLabel = "BYTES",
            description = "The receiver's limit for a frame, 36 to 65535; default ${DEFAULT-VALUE}.",
            defaultValue = "65535")
    private int maxFrame = Limits.MAX_FRAME_BYTES;

    @Option(names = "--json", description = "One JSON object per frame and line.")
    private boolean json;

    @Parameters(
            arity = "0..*",
            paramLabel = "TEXT|FILE|-",
            description = "Bytes as text, a file, or - for the standard input (the default).")
    private List<String> inputs = new ArrayList<>();

    private final Map<Dissection.Status, Integer> counts = new EnumMap<>(Dissection.Status.class);
    private int frames;

    @Override
    public Integer call() throws IOException {
        if (maxFrame < Limits.MIN_FRAME_BYTES || maxFrame > Limits.MAX_FRAME_BYTES) {
            throw usage("--max-frame must be 36 to 65535");
        }
        if (port < 1 || port > 65_535) {
            throw usage("--port must be 1 to 65535");
        }
        Dissector dissector = new Dissector(maxFrame);
        for (String given : inputs.isEmpty() ? List.of("-") : inputs) {
            try {
                Input input = Input.read(given, format.format(), System.in);
                for (Source source : sources(input)) {
                    decode(dissector, source, System.out);
                }
            } catch (InputException | CaptureException e) {
                throw usage(e.getMessage());
            }
        }
        System.out.flush();
        System.err.println(summary());
        return counts.containsKey(Dissection.Status.BAD) ? BAD_FRAME : 0;
    }

    private List<Source> sources(Input input) throws CaptureException {
        if (!input.isCapture()) {
            return List.of(Source.of(input.bytes()));
        }
        Capture capture = Capture.read(input.bytes(), port);
        if (capture.units().isEmpty()) {
            throw usage("the capture has nothing to or from port " + port
                    + "; name the server's port with --port, and capture where the packets pass");
        }
        if (capture.cut() > 0) {
            System.err.println("baliza decode: the capture holds only the beginning of " + capture.cut()
                    + " packets; capture again with tcpdump -s 0");
        }
        if (capture.fragments() > 0) {
            System.err.println("baliza decode: " + capture.fragments()
                    + " IP fragments are left out; send datagrams of at most 1200 bytes");
        }
        return capture.units().stream().map(Source::of).toList();
    }

    private void decode(Dissector dissector, Source source, PrintStream to) {
        if (source.line() != null && !json) {
            to.println(source.line());
        }
        var bytes = source.bytes();
        List<Dissection> all = source.isStream() ? dissector.stream(bytes, source.start()) : dissector.datagram(bytes);
        for (Dissection dissection : all) {
            frames++;
            counts.merge(dissection.status(), 1, Integer::sum);
            if (json) {
                to.println(DissectionJson.line(source, dissection, frames));
            } else {
                StringBuilder out = new StringBuilder();
                DissectionText.write(out, bytes, dissection, frames);
                to.print(out);
            }
        }
        if (source.unit() != null && source.unit().behindGap() > 0) {
            System.err.println("baliza decode: packet " + source.unit().packet() + ": the capture misses a segment; "
                    + source.unit().behindGap() + " bytes behind it are left out");
        }
    }

    private String summary() {
        return frames
                + (frames == 1 ? " frame: " : " frames: ")
                + counts.entrySet().stream()
                        .map(count ->
                                count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }

    private ParameterException usage(@Nullable String message) {
        return new ParameterException(
                spec == null ? new CommandLine(this) : spec.commandLine(), String.valueOf(message));
    }
}
