package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.operator.DeskHarness.Told;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the desk does with requests. */
class DeskTest {
    @TempDir
    Path dir;

    /** Least role of each operation, and arguments that are right. */
    private static final Map<String, Role> LEAST = Map.of(
            "whoami", Role.VIEWER,
            "devices", Role.VIEWER,
            "device", Role.VIEWER,
            "config", Role.VIEWER,
            "reset", Role.OPERATOR,
            "audit", Role.ADMIN,
            "shutdown", Role.ADMIN,
            "exec", Role.ADMIN);

    private static final String LAB_1 = "{\"device\":\"lab-1\"}";

    private static final Map<String, String> RIGHT = Map.of(
            "device", "{\"device\":\"lab-1\"}",
            "reset", "{\"device\":\"lab-1\"}",
            "exec", "{\"program\":\"yes\"}");

    static Stream<Arguments> matrix() {
        List<Arguments> all = new ArrayList<>();
        for (String operation : LEAST.keySet()) {
            for (boolean on : new boolean[] {true, false}) {
                for (Role role : Role.values()) {
                    all.add(Arguments.of(operation, role, false, on));
                }
                all.add(Arguments.of(operation, Role.OPERATOR, true, on));
            }
        }
        return all.stream();
    }

    /** SPEC §16.1.1, §16.1.4: operation × role × on or off, and local users without a key. */
    @ParameterizedTest
    @MethodSource("matrix")
    void onlyWhoMayDoes(String operation, Role role, boolean keyless, boolean on) throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, on)) {
            Told told = desk.ask(desk.caller(role, keyless), operation, RIGHT.getOrDefault(operation, "{}"));
            boolean guarded = operation.equals("shutdown") || operation.equals("exec");
            boolean may = role.includes(LEAST.getOrDefault(operation, Role.ADMIN))
                    && !(keyless && guarded)
                    && (on || !guarded);
            assertThat(told.status()).as(told.text()).isEqualTo(may ? AdminStatus.OK : AdminStatus.REFUSED);
            assertThat(told.text().contains("\"error\"")).isEqualTo(!may);
            assertThat(desk.resets).hasSize(may && operation.equals("reset") ? 1 : 0);
            String log = desk.log();
            assertThat(log).contains("\"operation\":\"" + operation + "\"", may ? "\"ok\"" : "\"refused\"");
            boolean effect = may && (guarded || operation.equals("reset"));
            assertThat(log.contains("\"begin\"")).isEqualTo(effect);
            assertThat(AuditVerdict.of(List.of(desk.file())).broken()).isEmpty();
            Told who = desk.ask(desk.caller(role, keyless), "whoami", "{}");
            assertThat(who.text().contains("\"name\":\"" + operation + "\"")).isEqualTo(may);
        }
    }

    /** SPEC §16.2.2. */
    @Test
    void aRequestThatComesAgainIsAnsweredAndNotExecutedAgain() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            Message.Admin reset = new Message.Admin(5, 0, "reset", LAB_1);
            Told first = desk.ask(desk.admin, reset);
            for (int i = 0; i < 10; i++) {
                assertThat(desk.ask(desk.admin, reset)).isEqualTo(first);
            }
            assertThat(desk.resets).hasSize(1);
            Told other = desk.ask(desk.admin, new Message.Admin(5, 0, "whoami", "{}"));
            assertThat(other.status()).isEqualTo(AdminStatus.REFUSED);
            for (int i = 0; i < 63; i++) {
                desk.ask(desk.admin, new Message.Admin(100 + i, 0, "whoami", "{}"));
            }
            assertThat(desk.ask(desk.admin, reset)).as("one of the last 64").isEqualTo(first);
            assertThat(desk.resets).hasSize(1);
            assertThat(desk.ask(desk.viewer, reset).status())
                    .as("somebody else's")
                    .isEqualTo(AdminStatus.REFUSED);
        }
    }

    /** SPEC §16.3.2, §16.3.3: with every second datagram lost. */
    @Test
    void anAnswerOfManyPartsIsPutTogetherAskingForWhatIsMissing() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            desk.addDevices(399);
            byte[][] parts = new byte[0][];
            int missing = 0;
            int asked = 0;
            int lost = 0;
            while (parts.length == 0 || missing < parts.length) {
                List<Message.AdminResult> came =
                        desk.parts(desk.admin, new Message.Admin(9, missing, "devices", "{\"limit\":400}"));
                assertThat(came).hasSizeBetween(1, 16);
                assertThat(++asked).isLessThan(200);
                for (Message.AdminResult one : came) {
                    if (++lost % 2 == 0) {
                        continue;
                    }
                    parts = parts.length == 0 ? new byte[one.parts()][] : parts;
                    parts[one.part()] = DeskHarness.bytes(one.json());
                }
                while (missing < parts.length && parts[missing] != null) {
                    missing++;
                }
            }
            assertThat(parts.length).isGreaterThan(40);
            StringBuilder whole = new StringBuilder();
            for (byte[] part : parts) {
                whole.append(new String(part, java.nio.charset.StandardCharsets.UTF_8));
            }
            assertThat(whole.toString()).startsWith("{\"devices\":[").endsWith("\"next\":null}");
            assertThat(whole.toString().split("\"label\"", -1)).hasSize(401);
        }
    }

    @Test
    void devicesArePagedAndFiltered() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            desk.addDevices(30);
            Told page = desk.ask(desk.viewer, "devices", "{\"limit\":10}");
            assertThat(page.text()).contains("\"next\":\"000000000000000a\"");
            Told second = desk.ask(desk.viewer, "devices", "{\"limit\":10,\"after\":\"000000000000000a\"}");
            assertThat(second.text()).contains("\"next\":\"0000000000000014\"").doesNotContain("\"many-1\"");
            Told found = desk.ask(desk.viewer, "devices", "{\"filter\":\"MANY-17\"}");
            assertThat(found.text())
                    .contains("many-17")
                    .contains("\"next\":null")
                    .doesNotContain("many-18");
            assertThat(desk.ask(desk.viewer, "devices", "{\"after\":\"zzzzzzzzzzzzzzzz\"}")
                            .status())
                    .isEqualTo(AdminStatus.REFUSED);
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongArgumentsAreRefusedInWords(String operation, String arguments, String advice) throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            Told told = desk.ask(desk.admin, operation, arguments);
            assertThat(told.status()).isEqualTo(AdminStatus.REFUSED);
            assertThat(told.text()).contains(advice);
        }
    }

    /** SPEC §16.2.1. */
    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("whoami", "", "JSON object"),
                Arguments.of("whoami", "[]", "JSON object"),
                Arguments.of("whoami", "{} {}", "follows"),
                Arguments.of("whoami", "{\"a\":1}", "it takes none"),
                Arguments.of("devices", "{\"limit\":0}", "from 1 to 500"),
                Arguments.of("devices", "{\"limit\":1,\"limit\":2}", "once"),
                Arguments.of("devices", "{\"limit\":\"1\"}", "whole number"),
                Arguments.of("devices", "{\"limit\":99999999999999999999}", "too large"),
                Arguments.of("devices", "{\"filter\":null}", "texts, whole numbers"),
                Arguments.of("device", "{}", "'device' is missing"),
                Arguments.of("device", "{\"device\":\"a\\u0000b\"}", "a text of"),
                Arguments.of("exec", "{\"program\":\"rm\"}", "one of"),
                Arguments.of("exec", "{\"program\":\"../bin/yes\"}", "one of"),
                Arguments.of("exec", "{\"program\":\"yes\",\"arguments\":{\"x\":\"1\"}}", "it takes none"),
                Arguments.of("exec", "{\"program\":\"say\"}", "'times' is missing"),
                Arguments.of(
                        "exec", "{\"program\":\"say\",\"arguments\":{\"word\":\"hi; id\",\"times\":1}}", "hi, bye"),
                Arguments.of("exec", "{\"program\":\"say\",\"arguments\":{\"word\":\"hi\",\"times\":10}}", "0 to 9"),
                Arguments.of("exec", "{\"program\":\"say\",\"arguments\":{\"word\":{}}}", "nested"));
    }

    @Test
    void unknownOperationsAreSaidToBe() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            Told told = desk.ask(desk.admin, "reboot", "{}");
            assertThat(told.status()).isEqualTo(AdminStatus.UNKNOWN_OPERATION);
            assertThat(told.text()).contains("whoami");
        }
    }

    @Test
    void aFullQueueIsBusyAndTheRequestMayComeAgain() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            Message.Admin request = new Message.Admin(3, 0, "whoami", "{}");
            desk.full = true;
            assertThat(desk.ask(desk.admin, request).status()).isEqualTo(AdminStatus.BUSY);
            desk.full = false;
            assertThat(desk.ask(desk.admin, request).status()).isEqualTo(AdminStatus.OK);
            assertThat(desk.desk.counts()).containsEntry("operator_busy", 1L).containsEntry("operator_ok", 1L);
        }
    }

    @Test
    void shutdownNeedsAFreshTokenOfTheSameAdmin() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            String token = desk.token(desk.admin);
            assertThat(desk.confirm(desk.otherAdmin, token)).isEqualTo(AdminStatus.REFUSED);
            assertThat(desk.confirm(desk.admin, token)).as("one guess each").isEqualTo(AdminStatus.REFUSED);
            token = desk.token(desk.admin);
            desk.now = desk.now.plus(Duration.ofSeconds(31));
            assertThat(desk.confirm(desk.admin, token)).isEqualTo(AdminStatus.REFUSED);
            assertThat(desk.stops).isZero();
            token = desk.token(desk.admin);
            assertThat(desk.confirm(desk.admin, token)).isEqualTo(AdminStatus.OK);
            assertThat(desk.confirm(desk.admin, token)).isEqualTo(AdminStatus.REFUSED);
            assertThat(desk.stops).isEqualTo(1);
            assertThat(desk.log()).doesNotContain(token).contains("(secret)");
        }
    }

    @Test
    void operatorsWithAKeyNeedALogThatStays() throws Exception {
        try (DeskHarness desk = new DeskHarness(null, true)) {
            Told told = desk.ask(desk.admin, "whoami", "{}");
            assertThat(told.status()).isEqualTo(AdminStatus.REFUSED);
            assertThat(told.text()).contains("store.dir");
            assertThat(desk.ask(desk.caller(Role.OPERATOR, true), "whoami", "{}")
                            .status())
                    .isEqualTo(AdminStatus.OK);
        }
    }

    @Test
    void aLogThatCannotBeWrittenStopsEffectsOnly() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            desk.breakLog();
            assertThat(desk.ask(desk.admin, "reset", LAB_1).status()).isEqualTo(AdminStatus.FAILED);
            assertThat(desk.resets).isEmpty();
            assertThat(desk.ask(desk.admin, "whoami", "{}").status()).isEqualTo(AdminStatus.OK);
            assertThat(desk.desk.counts().get("operator_audit_failed")).isPositive();
        }
    }

    @Test
    void theAuditShowsItsLastRecords() throws Exception {
        try (DeskHarness desk = new DeskHarness(dir, true)) {
            desk.ask(desk.viewer, "exec", "{\"program\":\"yes\"}");
            Told told = desk.ask(desk.admin, "audit", "{\"count\":1}");
            assertThat(told.text())
                    .contains("\"operator\":\"vera\"", "\"outcome\":\"refused\"", "needs the role admin");
        }
    }

    @Test
    void anAnswerThatWasDroppedForRoomIsSaidToBe() { // SPEC §16.2.2
        Answers answers = new Answers();
        Answer large = Answer.ok(g -> g.writeStringField("x", "y".repeat(200_000)));
        for (int i = 0; i < 30; i++) {
            answers.claim(1, request(i));
            answers.answered(1, i, large);
        }
        @Nullable Answer old = answers.claim(1, request(0)).answer();
        assertThat(old).isNotNull().extracting(Answer::status).isEqualTo(AdminStatus.REFUSED);
        assertThat(answers.claim(1, request(29)).answer()).isSameAs(large);
    }

    private static Message.Admin request(long number) {
        return new Message.Admin(number, 0, "whoami", "{}");
    }

    @Test
    void anAnswerOverTheLimitIsAFailure() {
        Answer huge = Answer.ok(g -> g.writeStringField("x", "y".repeat(Answer.MAX_BYTES)));
        assertThat(huge.status()).isEqualTo(AdminStatus.FAILED);
    }
}
