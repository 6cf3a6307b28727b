package dev.baliza.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7/32",
        "10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/32, 255.255.255.255/32",
        "10.128.0.0/9, 10.128.0.0/9",
        "::/0, 0:0:0:0:0:0:0:0/0",
        "::1, 0:0:0:0:0:0:0:1/128",
        "2001:DB8::/32, 2001:db8:0:0:0:0:0:0/32",
        "fe80::/10, fe80:0:0:0:0:0:0:0/10",
        "::ffff:192.0.2.7, 192.0.2.7/32",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:0.0.0.0/96, 0.0.0.0/0",
    })
    void networksAreReadAndMappedOnesAreIpv4(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical);
        assertThat(Cidr.parse(canonical)).isEqualTo(Cidr.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5/8, 10.0.0.0/8, 10.0.0.5",
        "192.0.2.129/25, 192.0.2.128/25, 192.0.2.129",
        "1.2.3.4/0, 0.0.0.0/0, 1.2.3.4",
        "2001:db8::1/64, 2001:db8:0:0:0:0:0:0/64, 2001:db8:0:0:0:0:0:1",
        "::ffff:10.0.0.5/104, 10.0.0.0/8, 10.0.0.5",
    })
    void bitsBehindThePrefixAreAnErrorThatNamesBothWaysOut(String text, String network, String address) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write " + network + " for the network")
                .hasMessageContaining("or " + address + " for the one address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "lab",
                "10",
                "10.1",
                "10.0.0/8",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "10.0.0.256",
                "010.0.0.0/8",
                "10.0.0.0/-1",
                "10.0.0.0/1000",
                "1.2.3.4.5",
                ":",
                ":::",
                "2001:db8::/",
                "fe80::1%eth0",
                "[::1]",
                "::1::",
                "12345::",
                "1.2.3.4:80",
                "10.0.0.0 /8",
                "10.0.0.٣/8"
            })
    void whatIsNoNetworkGetsExamples(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("such as 192.0.2.7, 10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, at most 32",
        "2001:db8::/129, at most 128",
        "::ffff:10.0.0.0/129, at most 128",
        "::ffff:10.0.0.0/95, 96 to 128",
    })
    void aPrefixOutOfItsRangeIsToldWithTheRange(String text, String range) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining(range);
    }
}
