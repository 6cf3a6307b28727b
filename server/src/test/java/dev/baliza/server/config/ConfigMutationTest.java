package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A right file, changed in 2,000 ways: each is a configuration, or is refused with places and no stack trace. */
class ConfigMutationTest {
    private static final int MUTATIONS = 2_000;
    private static final String RIGHT = """
            # a right file
            tcp: {host: 127.0.0.1, port: 7367, maxConnections: 5000}
            udp:
              host: "127.0.0.1"
              port: 7367
              receiveBufferBytes: 1048576
            access:
              allow: [10.0.0.0/8, '2001:db8::/32', "127.0.0.1"]
              deny:
                - 10.1.0.0/16
                - ::1
            http:
              host: localhost
              port: 7368
            loops: {count: 2, transport: auto}
            limits:
              maxDevices: 1000   # a comment
              maxFuture: 5m
              drain: 500ms
            store:
              dir: /var/lib/baliza
            log:
              level: >-
                info
              format: json
            insecure: false
            """;
    private static final List<String> FRAGMENTS = List.of(
            "\t",
            "  ",
            "\n",
            "\r",
            "\r\n",
            "\u0000",
            "\u0007",
            "\u0085",
            "\u2028",
            "\u202E",
            "\uFEFF",
            "\uD83D\uDE00",
            "é",
            "٣",
            "&a ",
            "*a",
            "&a [*a]",
            "<<: *a",
            "!!int ",
            "!!binary ",
            "!<tag:yaml.org,2002:map> ",
            "!%FF ",
            "%YAML 3.0\n---\n",
            "%TAG ! tag:x,2002:\n",
            "---\n",
            "...\n",
            "? ",
            ": ",
            "- ",
            "# ",
            "| ",
            ">9 ",
            "\"",
            "'",
            "\"\\U0011FFFF\"",
            "\"\\xZZ\"",
            "\"\\uD800\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            "{{{{",
            "[[[[[[[[[[[[[[[[[[[[[[[[",
            "? ? ? ? ? ",
            "@",
            "`",
            "null",
            "~",
            "true",
            "1e9",
            "NaN",
            ".inf",
            "0x1F",
            "0o17",
            "1_000",
            "-1",
            "99999999999999999999999999",
            "9".repeat(400),
            "10.0.0.1/8",
            "::/129",
            "a".repeat(2_000),
            "2001-01-01",
            "1:30",
            "${HOME}",
            "\u001b[31m");
    private static final Pattern LITERAL = Pattern.compile("[01]?[0-9]{1,2}(\\.[01]?[0-9]{1,2}){3}");
    private static final Pattern PLACED = Pattern.compile(":[1-9][0-9]*:[1-9][0-9]*: \\S.*", Pattern.DOTALL);

    @TempDir
    Path dir;

    /** No name server is asked in a test. */
    private static InetAddress resolve(String host) throws UnknownHostException {
        if (host.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        if (host.contains(":") || LITERAL.matcher(host).matches()) {
            return InetAddress.getByName(host);
        }
        throw new UnknownHostException(host);
    }

    private static byte[] mutated(Random random) {
        String text = RIGHT;
        for (int i = random.nextInt(4) == 0 ? 2 : 0; i >= 0; i--) {
            text = random.nextInt(3) == 0 ? lineChanged(text, random) : charactersChanged(text, random);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(20) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return random.nextInt(40) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static String charactersChanged(String text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(4));
        String before = text.substring(0, at);
        return switch (random.nextInt(4)) {
            case 0 -> before + text.substring(end);
            case 1 -> before + text.substring(at, end) + text.substring(at);
            case 2 -> before + FRAGMENTS.get(random.nextInt(FRAGMENTS.size())) + text.substring(at);
            default -> before + FRAGMENTS.get(random.nextInt(FRAGMENTS.size())) + text.substring(end);
        };
    }

    private static String lineChanged(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        int colon = line.indexOf(':');
        switch (random.nextInt(7)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size()), line);
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.set(at, " ".repeat(random.nextInt(6)) + line.strip());
            case 4 -> lines.set(at, line.replace("  ", "\t"));
            case 5 -> lines.set(at, "[{".repeat(random.nextInt(3_000)) + line);
            default ->
                lines.set(at, line.substring(0, colon + 1) + " " + FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
        }
        return String.join("\n", lines.isEmpty() ? List.of("x") : lines);
    }

    @Test
    void everyMutationIsAConfigurationOrAReportWithPlaces() throws Exception {
        Random random = new Random(7_367);
        Path file = dir.resolve("baliza.yaml");
        int valid = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(random);
            Files.write(file, bytes);
            try {
                EffectiveConfig config = ConfigLoader.read(file, Map.of(), List.of(), ConfigMutationTest::resolve);
                assertThat(config.entries()).hasSize(Key.values().length);
                valid++;
            } catch (ConfigException e) {
                refused++;
                assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem).startsWith(file.toString()).hasSizeLessThan(1_000);
                    assertThat(problem.substring(file.toString().length())).matches(PLACED);
                    assertThat(problem).doesNotContain("Exception", "\n", "\r", "\u001b", "\tat ");
                });
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("mutation " + i + ":\n" + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(valid).isGreaterThan(MUTATIONS / 10);
        assertThat(refused).isGreaterThan(MUTATIONS / 3);
    }

    @Test
    void theUnchangedFileIsRight() throws Exception {
        Path file = Files.writeString(dir.resolve("baliza.yaml"), RIGHT);
        EffectiveConfig config = ConfigLoader.read(file, Map.of(), List.of(), ConfigMutationTest::resolve);
        assertThat(config.values().access().deny()).hasSize(2);
        assertThat(config.values().log().level()).isEqualTo("info");
    }
}
