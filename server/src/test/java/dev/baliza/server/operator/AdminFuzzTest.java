package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.config.Program;
import dev.baliza.server.operator.Operation.Kind;
import dev.baliza.server.session.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payloads of ADMIN that an attacker with the key of an admin makes up. {@code -Dbaliza.admins=100000} for the long programme. */
class AdminFuzzTest {
    private static final int PAYLOADS = Integer.getInteger("baliza.admins", 3_000);
    private static final String[] WORDS = {
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "program",
        "arguments",
        "yes",
        "say",
        "word",
        "times",
        "hi",
        "1",
        "-0",
        "1e9",
        "null",
        "true",
        "device",
        "lab-1",
        "/bin/sh",
        "-c",
        "$(touch x)",
        "../",
        "token",
        "\u0000",
        "ñ",
        "limit"
    };
    private static final String[] SEEDS = {
        "{}",
        "{\"program\":\"mark\"}",
        "{\"program\":\"say\",\"arguments\":{\"word\":\"hi\",\"times\":3}}",
        "{\"device\":\"lab-1\"}",
        "{\"limit\":5,\"filter\":\"a\"}",
        "{\"token\":\"00112233445566778899aabbccddeeff\"}"
    };

    private static final String[] FITTING = {"whoami", "exec", "exec", "reset", "devices", "shutdown"};

    @TempDir
    Path dir;

    @Test
    void noPayloadThrowsOrStartsWhatIsNotListed() throws Exception {
        Path mark = dir.resolve("mark");
        List<List<String>> started = new ArrayList<>();
        List<Program> programs = new ArrayList<>(DeskHarness.PROGRAMS);
        programs.add(
                new Program("mark", List.of("/usr/bin/touch", mark.toString()), Duration.ofSeconds(5), 10, Map.of()));
        Random random = new Random(7);
        int[] statuses = new int[AdminStatus.values().length];
        int unread = 0;
        try (DeskHarness desk = new DeskHarness(dir, true, programs, started::add)) {
            List<String> names =
                    desk.desk.operations().all().stream().map(Operation::name).toList();
            for (int i = 0; i < PAYLOADS; i++) {
                ByteBuffer payload = payload(random, names);
                Message message;
                try {
                    message = MessageCodec.read(MessageType.ADMIN, payload);
                } catch (ProtocolException e) {
                    unread++;
                    continue;
                }
                Caller caller = random.nextBoolean() ? desk.admin : desk.viewer;
                List<Message.AdminResult> parts = desk.parts(caller, (Message.Admin) message);
                assertThat(parts).hasSizeBetween(1, 16);
                statuses[parts.get(0).status()]++;
            }
            assertThat(desk.stops).isZero();
            assertThat(desk.desk.operations().all()).extracting(Operation::kind).contains(Kind.GUARDED);
        }
        System.out.printf(
                "%,d payloads: %,d unreadable, statuses %s, %,d programs started%n",
                PAYLOADS, unread, java.util.Arrays.toString(statuses), started.size());
        assertThat(started).isNotEmpty().allMatch(AdminFuzzTest::isListed);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .allMatch(name -> name.equals("mark") || name.startsWith("audit"));
        }
        assertThat(statuses[AdminStatus.OK.code()]).isPositive();
        assertThat(statuses[AdminStatus.REFUSED.code()]).isPositive();
        assertThat(statuses[AdminStatus.BUSY.code()]).isZero();
    }

    private static boolean isListed(List<String> command) {
        return command.equals(List.of("/bin/echo", "yes"))
                || (command.size() == 2 && command.get(0).equals("/usr/bin/touch"))
                || (command.size() == 3
                        && command.get(0).equals("/bin/echo")
                        && List.of("hi", "bye").contains(command.get(1))
                        && command.get(2).matches("[0-9]"));
    }

    private static ByteBuffer payload(Random random, List<String> names) {
        int seed = random.nextInt(SEEDS.length);
        StringBuilder arguments = new StringBuilder(SEEDS[seed]);
        int edits = Math.max(0, random.nextInt(6) - 2);
        for (int e = 0; e < edits; e++) {
            int at = random.nextInt(arguments.length() + 1);
            if (random.nextInt(3) == 0 && at < arguments.length()) {
                arguments.deleteCharAt(at);
            } else {
                arguments.insert(at, WORDS[random.nextInt(WORDS.length)]);
            }
        }
        String operation = random.nextInt(3) == 0 ? names.get(random.nextInt(names.size())) : FITTING[seed];
        byte[] name = operation.getBytes(StandardCharsets.UTF_8);
        byte[] json = arguments.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(100 + json.length);
        out.putLong(random.nextLong()).putShort((short) (random.nextInt(4) == 0 ? random.nextInt() : 0));
        out.put((byte) name.length)
                .put(name)
                .putShort((short) json.length)
                .put(json)
                .flip();
        int flips = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
        for (int f = 0; f < flips; f++) {
            int at = random.nextInt(out.limit());
            out.put(at, (byte) (out.get(at) ^ (1 << random.nextInt(8))));
        }
        if (random.nextInt(16) == 0) {
            out.limit(random.nextInt(out.limit()));
        }
        return out;
    }
}
