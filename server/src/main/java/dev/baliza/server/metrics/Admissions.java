package dev.baliza.server.metrics;

import dev.baliza.server.books.HandshakeOutcome;
import dev.baliza.server.books.LoginOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;

/** Who was let in: TLS handshakes of both ports and credentials of HTTP. Each combination is there from the start. Thread: any. */
public final class Admissions {
    /** The ports that can have TLS. */
    public enum Port {
        TCP("tcp"),
        HTTP("http");

        private final String label;

        Port(String label) {
            this.label = label;
        }
    }

    private final List<List<Counter>> handshakes;
    private final List<Counter> logins;

    Admissions(MeterRegistry registry) {
        handshakes = Arrays.stream(Port.values())
                .map(port -> Arrays.stream(HandshakeOutcome.values())
                        .map(outcome -> counter(Metric.TLS_HANDSHAKES, outcome.label())
                                .tag("port", port.label)
                                .register(registry))
                        .toList())
                .toList();
        logins = Arrays.stream(LoginOutcome.values())
                .map(outcome -> counter(Metric.HTTP_LOGINS, outcome.label()).register(registry))
                .toList();
    }

    private static Counter.Builder counter(Metric metric, String outcome) {
        return Counter.builder(metric.family()).description(metric.help()).tag("outcome", outcome);
    }

    /** A handshake ended. */
    public void handshake(Port port, HandshakeOutcome outcome) {
        handshakes.get(port.ordinal()).get(outcome.ordinal()).increment();
    }

    /** A request's credentials were judged. */
    public void login(LoginOutcome outcome) {
        logins.get(outcome.ordinal()).increment();
    }
}
