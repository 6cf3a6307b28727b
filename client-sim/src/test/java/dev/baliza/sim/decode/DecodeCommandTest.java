package dev.baliza.sim.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the user sees, over all vectors of the specification. */
class DecodeCommandTest {
    private static final Pattern LINE = Pattern.compile("(?m)^ *(\\d+)  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:$|  )");
    private static final Path VECTORS = Decode.vectors();
    private static final String PING = VECTORS.resolve("ping/bare.hex").toString();

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(VECTORS)) {
            return files.filter(file -> file.toString().endsWith(".hex"))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return HexFormat.of()
                .parseHex(Files.readString(file).replaceAll("#.*", "").replaceAll("\\s", ""));
    }

    private static String note(Path file, String name) throws IOException {
        Matcher note = Pattern.compile("(?m)^# " + name + ":? (.*)$").matcher(Files.readString(file));
        return note.find() ? note.group(1) : "";
    }

    private static boolean isDescribed(Path file) {
        return file.getFileName().toString().matches("(rows|columns)-.*");
    }

    private static List<String> args(Path file, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(more));
        String limit = note(file, "limit");
        if (!limit.isEmpty()) {
            args.addAll(List.of("--max-frame", limit));
        }
        if (isDescribed(file)) {
            for (String set : new String[] {"three-channels", "all-fixed-types", "text-channel"}) {
                args.add(VECTORS.resolve("describe/" + set + ".hex").toString());
            }
        }
        args.add(file.toString());
        return args;
    }

    @ParameterizedTest
    @MethodSource("all")
    void tableShowsEachByteExactlyOnce(Path file) throws IOException {
        byte[] expected = bytes(file);
        String out = Decode.run(args(file).toArray(String[]::new)).out();
        String last = isDescribed(file) ? out.substring(out.lastIndexOf("\nframe ")) : out;
        String[] shown = new String[expected.length];
        Matcher line = LINE.matcher(last);
        while (line.find()) {
            int at = Integer.parseInt(line.group(1));
            for (String digits : line.group(2).split(" ", -1)) {
                assertThat(shown[at]).as("byte %d", at).isNull();
                shown[at++] = digits;
            }
        }

        assertThat(String.join("", shown)).isEqualTo(HexFormat.of().formatHex(expected));
    }

    @ParameterizedTest
    @MethodSource("all")
    void badFramesNameParagraphCodeAndByte(Path file) throws IOException {
        Decode run = Decode.run(args(file).toArray(String[]::new));
        String expect = note(file, "expect");
        boolean bad = !expect.equals("ok") && !expect.equals("ignored");

        assertThat(run.status()).isEqualTo(bad ? 1 : 0);
        if (bad) {
            Matcher fault = Pattern.compile("SPEC §([\\d.]+) ([A-Z_]+): .*expected.*\\(byte \\d+\\)")
                    .matcher(run.out());
            assertThat(fault.find()).as(run.out()).isTrue();
            assertThat(note(file, "SPEC").split(", ")).contains("§" + fault.group(1));
            assertThat(fault.group(2)).isEqualTo(expect);
        } else {
            assertThat(run.out()).doesNotContain("BAD");
        }
    }

    @Test
    void readingsAreSpelledOut() throws IOException {
        String named =
                Decode.run(VECTORS.resolve("readings/named-one.hex").toString()).out();
        String rows = Decode.run(args(VECTORS.resolve("readings/rows-two.hex")).toArray(String[]::new))
                .out();

        assertThat(named).contains("READINGS of cold-room-1", "quantity: \"temperature\"", "value: 21.5 Cel");
        assertThat(rows).contains("temperature/inlet: 21.50 Cel", "temperature/inlet: -0.25 Cel", "volume/meter: 18 L");
        String columns = Decode.run(
                        args(VECTORS.resolve("readings/columns-eight.hex")).toArray(String[]::new))
                .out();
        assertThat(columns)
                .contains(
                        "times: form: packed delta",
                        "temperature/inlet: values: 21.50 21.51 21.51 21.50 21.48 21.49 21.49 21.51 Cel, 8 readings",
                        "pressure/pressure: form: xor",
                        "volume/meter: values: 17 17 18 19 19 20 21 21 L, 8 readings");
    }

    @Test
    void hexMayBeWrittenInManyWays() throws IOException {
        byte[] ping = bytes(Path.of(PING));
        String plain = HexFormat.of().formatHex(ping);
        String table = Decode.run(plain).out();

        assertThat(table).contains("PING");
        assertThat(Decode.run(HexFormat.ofDelimiter(" ").formatHex(ping)).out()).isEqualTo(table);
        assertThat(Decode.run("{" + HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(ping) + "}")
                        .out())
                .isEqualTo(table);
        assertThat(Decode.run("0x" + plain.toUpperCase(java.util.Locale.ROOT)).out())
                .isEqualTo(table);
        assertThat(Decode.withInput("# a comment with beef\n" + plain + " // and ba17\n")
                        .out())
                .isEqualTo(table);
        assertThat(Decode.run(PING).out()).isEqualTo(table);
    }

    @Test
    void base64AndPlainBytesAreGuessed(@TempDir Path directory) throws IOException {
        byte[] ping = bytes(Path.of(PING));
        String table = Decode.run(PING).out();
        Path plain = Files.write(directory.resolve("ping.bin"), ping);

        assertThat(Decode.run(Base64.getEncoder().encodeToString(ping)).out()).isEqualTo(table);
        assertThat(Decode.run(
                                "--base64",
                                Base64.getUrlEncoder().withoutPadding().encodeToString(ping))
                        .out())
                .isEqualTo(table);
        assertThat(Decode.run(plain.toString()).out()).isEqualTo(table);
    }

    @Test
    void jsonIsOneObjectPerFrame() throws IOException {
        String bad = VECTORS.resolve("frame/bad-checksum.hex").toString();
        Decode run = Decode.run("--json", PING, bad);
        List<JsonNode> frames = new ArrayList<>();
        for (String line : run.out().strip().lines().toList()) {
            frames.add(new JsonMapper().readTree(line));
        }

        assertThat(run.status()).isEqualTo(1);
        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).path("status").asText()).isEqualTo("ok");
        assertThat(frames.get(0).path("type").asText()).isEqualTo("PING");
        assertThat(frames.get(1).path("fault").path("code").asText()).isEqualTo("BAD_CHECKSUM");
        assertThat(frames.get(1).path("fault").path("section").asText()).isEqualTo("3.1.4");
    }

    @Test
    void badInputIsToldWithItsPlace() {
        assertThat(Decode.run("--hex", "ba 17\nxy"))
                .satisfies(run -> assertThat(run.status()).isEqualTo(2))
                .satisfies(run -> assertThat(run.err()).contains("line 2: 'x' is no hexadecimal digit"));
        assertThat(Decode.run("--hex", "ba1").err()).contains("odd number of digits");
        assertThat(Decode.run("--base64", "a!").err()).contains("not base64");
        assertThat(Decode.run("--hex", "# only words").err()).contains("only comments");
        assertThat(Decode.withInput("").err()).contains("no bytes");
        assertThat(Decode.run("no such file?").err()).contains("--hex, --base64 or --pcap");
        assertThat(Decode.run("--pcap", PING).err()).contains("not a capture");
        assertThat(Decode.run("--hex", "--base64", PING).status()).isEqualTo(2);
        assertThat(Decode.run("--max-frame", "35", PING).err()).contains("36 to 65535");
    }

    @Test
    void summarySaysHowMany() {
        assertThat(Decode.run(PING, VECTORS.resolve("frame/bad-checksum.hex").toString())
                        .err())
                .isEqualTo("2 frames: 1 ok, 1 bad" + System.lineSeparator());
    }
}
