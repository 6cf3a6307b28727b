package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of SPEC.md and the enums say the same. */
class SpecTablesTest {
    private static final SpecText SPEC = SpecText.read();

    /** SPEC §11. */
    @Test
    void codesAreThoseOfTheSpecification() {
        List<String> specified = SPEC.table("## 11. Codes").stream()
                .map(row -> String.join(" ", row.subList(0, 4)))
                .toList();

        assertThat(Stream.of(ErrorCode.values())
                        .map(code -> "%d %s %s %s"
                                .formatted(code.number(), code, code.scope(), code.retriable() ? "yes" : "no")))
                .containsExactlyElementsOf(specified);
    }

    /** SPEC §3.3. */
    @Test
    void typesAreThoseOfTheSpecification() {
        List<String> specified = new ArrayList<>();
        for (List<String> row : SPEC.table("### 3.3 Types")) {
            addType(specified, row.get(0), row.get(1));
            addType(specified, row.get(4), row.get(5));
        }

        assertThat(Stream.of(MessageType.values()).map(type -> "0x%02X %s".formatted(type.code(), type)))
                .containsExactlyInAnyOrderElementsOf(specified);
    }

    private static void addType(List<String> specified, String code, String name) {
        if (!code.isEmpty() && !name.contains("reserved")) {
            specified.add(code + ' ' + name);
        }
    }

    /** SPEC §16.3. */
    @Test
    void statusesAreThoseOfTheSpecification() {
        assertThat(Stream.of(AdminStatus.values()).map(status -> status.code() + " " + status))
                .containsExactlyElementsOf(SPEC.table("### 16.3 ADMIN_RESULT (server → operator)").stream()
                        .map(row -> row.get(0) + ' ' + row.get(1))
                        .toList());
    }

    /** SPEC §7.1. */
    @Test
    void valueTypesAreThoseOfTheSpecification() {
        List<String> specified = new ArrayList<>();
        for (List<String> row : SPEC.table("### 7.1 Values")) {
            specified.add(row.get(0) + ' ' + row.get(1));
            specified.add(row.get(4) + ' ' + row.get(5));
        }

        assertThat(Stream.of(SensorType.values()).map(type -> type.code() + " " + type))
                .containsExactlyInAnyOrderElementsOf(specified);
    }

    /** SPEC §3.2: bits 0–1 are the level. */
    @Test
    void flagBitsAreThoseOfTheSpecification() {
        assertThat(SPEC.table("### 3.2 Flags").stream().map(row -> row.get(0) + ' ' + row.get(1)))
                .containsExactly("0–1 level", "2 ACK_NOW", "3 EXTENSIONS", "4 SEALED", "5 FROM_SERVER", "6–15 ");
    }

    /** SPEC §11: a code of a later version has no name here. */
    @Test
    void unknownCodesAreNotMistakenForKnownOnes() {
        assertThat(ErrorCode.of(0)).isNull();
        assertThat(ErrorCode.of(18)).isNull();
        assertThat(ErrorCode.of(-1)).isNull();
        assertThat(ErrorCode.of(0xFFFF)).isNull();
        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(ErrorCode.of(code.number())).isEqualTo(code));
    }
}
