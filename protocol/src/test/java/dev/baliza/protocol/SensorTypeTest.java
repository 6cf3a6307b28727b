package dev.baliza.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SPEC §7.1. */
class SensorTypeTest {
    @Test
    void codesRunFromOneToEighteen() {
        assertThat(Stream.of(SensorType.values()).map(SensorType::code))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 18).boxed().toList());
        assertThat(SensorType.values())
                .allSatisfy(type -> assertThat(SensorType.of(type.code())).isEqualTo(type));
        assertThat(SensorType.of(0)).isNull();
        assertThat(SensorType.of(19)).isNull();
        assertThat(SensorType.of(255)).isNull();
        assertThat(SensorType.of(-1)).isNull();
    }

    @Test
    void onlyTextAndBytesHaveNoFixedSize() {
        assertThat(Stream.of(SensorType.values()).filter(type -> !type.fixedSize()))
                .containsExactly(SensorType.TEXT, SensorType.BYTES);
        assertThatThrownBy(SensorType.TEXT::bytes).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyNumbersOfWholeUnitsAreScaled() {
        assertThat(Stream.of(SensorType.values()).filter(SensorType::scalable))
                .containsExactly(
                        SensorType.I8,
                        SensorType.I16,
                        SensorType.I32,
                        SensorType.I64,
                        SensorType.U8,
                        SensorType.U16,
                        SensorType.U32,
                        SensorType.U64);
    }

    @Test
    void componentsFillTheirBytes() {
        assertThat(SensorType.VECTOR2.components() * 4).isEqualTo(SensorType.VECTOR2.bytes());
        assertThat(SensorType.VECTOR3.components() * 4).isEqualTo(SensorType.VECTOR3.bytes());
        assertThat(SensorType.VECTOR4.components() * 4).isEqualTo(SensorType.VECTOR4.bytes());
        assertThat(SensorType.POSITION.components()).isEqualTo(3);
        assertThat(SensorType.F64.components()).isEqualTo(1);
    }
}
