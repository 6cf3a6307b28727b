package dev.baliza.sim.decode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/** One run of the command. Not for tests that run at the same time: it replaces the standard streams. */
record Decode(int status, String out, String err) {
    static Decode run(String... args) {
        return withInput("", args);
    }

    static Decode withInput(String stdin, String... args) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        StringWriter usage = new StringWriter();
        try {
            System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.ISO_8859_1)));
            System.setOut(new PrintStream(newOut, false, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, false, StandardCharsets.UTF_8));
            int status = new CommandLine(new DecodeCommand())
                    .setErr(new PrintWriter(usage, true))
                    .execute(args);
            System.out.flush();
            System.err.flush();
            return new Decode(
                    status, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8) + usage);
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** The vectors beside SPEC.md. */
    static Path vectors() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("protocol/SPEC.md"))) {
            directory = java.util.Objects.requireNonNull(directory.getParent(), "inside a checkout");
        }
        return directory.resolve("protocol/src/test/resources/vectors");
    }
}
