package dev.baliza.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain | TEXT",
                "*/* | TEXT",
                "'' | TEXT",
                "image/png | TEXT",
                "text/* | TEXT",
                "application/* | OPENMETRICS",
                "application/openmetrics-text | OPENMETRICS",
                "Application/OpenMetrics-Text; Version=1.0.0 | OPENMETRICS",
                "application/openmetrics-text;version=\"1.0.0\" | OPENMETRICS",
                "application/openmetrics-text;version=0.0.1 | TEXT",
                "application/openmetrics-text;q=0 | TEXT",
                "application/openmetrics-text;q=0.1,text/plain;q=0.9 | TEXT",
                "application/openmetrics-text;q=0.9,text/plain;q=0.1 | OPENMETRICS",
                "text/plain;q=0.5,application/openmetrics-text;q=0.5 | TEXT",
                "application/openmetrics-text;q=0.5,text/plain;q=0.5 | OPENMETRICS",
                "*/*,application/openmetrics-text | OPENMETRICS",
                "text/plain,application/openmetrics-text;version=1.0.0 | OPENMETRICS",
                "*/*;q=0.9,text/plain;q=0 | OPENMETRICS",
                "application/openmetrics-text;q=x | TEXT",
                "application/vnd.google.protobuf;q=0.9,application/openmetrics-text;q=0.2 | OPENMETRICS",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;"
                        + "version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
                        + " | OPENMETRICS",
                ",;=,;;q | TEXT",
            })
    void theHighestQualityWins(String accept, Format format) {
        assertThat(Negotiation.format(accept)).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "GZIP | true",
                "x-gzip | true",
                "deflate, gzip;q=0.5 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "* | true",
                "*;q=0 | false",
                "gzip;q=0,* | false",
                "identity | false",
                "identity;q=1,gzip;q=0.5 | false",
                "identity;q=0.5,gzip;q=1 | true",
                "br | false",
                "'' | false",
            })
    void compressesOnlyWhenAsked(String acceptEncoding, boolean gzip) {
        assertThat(Negotiation.gzip(acceptEncoding)).isEqualTo(gzip);
    }

    @Test
    void noHeaderIsPlainText() {
        assertThat(Negotiation.format(null)).isEqualTo(Format.TEXT);
        assertThat(Negotiation.gzip(null)).isFalse();
    }
}
