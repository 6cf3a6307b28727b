package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandArgumentsTest {
    private static Message.Command.Argument one(String name, String text) {
        return CommandArguments.of(Map.of(name, text)).get(0);
    }

    @ParameterizedTest
    @CsvSource({"500,I64", "-1,I64", "2.5,F64", "1e3,F64", "true,BOOLEAN", "fast,TEXT", "99999999999999999999,F64"})
    void theTypeIsGuessed(String text, SensorType type) { // SPEC §7.7
        assertThat(one("a", text).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({"u8,255", "i8,-128", "u64,18446744073709551615", "enumeration,7", "i64,-9223372036854775808"})
    void theTypeMayBeSaid(String type, String text) {
        Message.Command.Argument argument = one("millis:" + type, text);
        assertThat(argument.name()).isEqualTo("millis");
        assertThat(argument.type().name()).isEqualToIgnoringCase(type);
        assertThat(argument.value()).isInstanceOf(Value.Whole.class);
    }

    @Test
    void aNumberMayBeSentAsText() {
        assertThat(one("a:text", "5").value()).isEqualTo(Value.Octets.of("5"));
        assertThat(one("a:f32", "5").value()).isEqualTo(new Value.Real(5));
    }

    @ParameterizedTest
    @CsvSource({"a:u8,256", "a:u8,-1", "a:i8,128", "a:u64,18446744073709551616", "a:boolean,yes", "a:f64,NaN"})
    void whatDoesNotFitSaysSo(String name, String text) {
        assertThatThrownBy(() -> one(name, text))
                .hasMessageContaining("argument '" + name + "': '" + text + "' is no ");
    }

    @ParameterizedTest
    @CsvSource({"a:int,5", "a:,5", "a:vector3,5", "a:bytes,5"})
    void anUnknownTypeSaysWhichThereAre(String name, String text) {
        assertThatThrownBy(() -> one(name, text)).hasMessageContaining("use boolean, i8 to i64");
    }
}
