package dev.baliza.cli.doctor;

import dev.baliza.cli.doctor.ServerFacts.Echo;
import dev.baliza.cli.doctor.ServerFacts.Port;
import dev.baliza.cli.doctor.ServerFacts.Web;
import dev.baliza.server.PortHolders.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges what was seen of a server. */
final class ServerChecks {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    /** Readings that are stamped on arrival get the server's clock: more is worth a look. */
    private static final double SKEW_SECONDS = 1;
    /** Default of limits.maxFuture: beyond, readings of devices with a right clock are skipped. */
    private static final double GREAT_SKEW_SECONDS = 3_600;

    private ServerChecks() {}

    /** @param version of this program */
    static List<Finding> judge(ServerFacts server, String version) {
        List<Finding> findings = new ArrayList<>();
        findings.add(connect(server));
        server.tcp().ifPresent(echo -> findings.add(echo("tcp_ping", "TCP", server, echo)));
        findings.add(echo("udp_ping", "UDP", server, server.udp()));
        if (server.udp().back() > 0) {
            findings.add(large(server));
            findings.add(skew(server.udp().aheadSeconds()));
        } else {
            server.tcp().filter(echo -> echo.back() > 0).ifPresent(echo -> findings.add(skew(echo.aheadSeconds())));
        }
        findings.add(ready(server));
        String other = server.web().version();
        if (other != null) {
            findings.add(version(other, version));
        }
        if (server.web().wantsUser()) {
            findings.add(Finding.ok(
                    "login",
                    server.http() + " tells only its users; look closer with --user NAME --password-file FILE"));
        }
        server.ports().forEach(port -> findings.add(port(port)));
        if (server.socketDrops() > 0) {
            findings.add(Finding.warn(
                    "socket_drops",
                    String.format(Locale.ROOT, "%,d datagrams found the server's socket full", server.socketDrops()),
                    "sudo sysctl -w net.core.rmem_max=" + HostChecks.RECEIVE_BUFFER_BYTES
                            + "   # and restart the server; or --set udp.receiveBufferBytes=BYTES for more"));
        }
        return findings;
    }

    private static Finding connect(ServerFacts server) {
        String problem = server.connect().problem();
        return problem.isEmpty()
                ? Finding.ok(
                        "tcp_connect",
                        server.device() + " accepts after "
                                + millis(server.connect().millis()))
                : Finding.fail(
                        "tcp_connect",
                        server.device() + " accepts no TCP connection: " + problem,
                        "baliza server   # there; or a firewall lets TCP through, or another HOST:PORT is meant");
    }

    private static Finding echo(String check, String transport, ServerFacts server, Echo echo) {
        String what = "%d of %d pings came back over %s".formatted(echo.back(), echo.sent(), transport);
        if (echo.back() == 0) {
            return Finding.fail(
                    check,
                    "no ping to " + server.device() + " came back over " + transport,
                    transport.equals("TCP")
                            ? "baliza doctor HOST:PORT with the server's tcp.port: something else answers here;"
                                    + " or --tls as its tcp.tls says"
                            : "baliza server   # there; or a firewall lets UDP through, or another HOST:PORT is meant");
        }
        what += ", median " + millis(echo.millis());
        return echo.back() == echo.sent()
                ? Finding.ok(check, what)
                : Finding.warn(
                        check,
                        what,
                        "baliza ping --" + transport.toLowerCase(Locale.ROOT) + " --count 100 --server "
                                + server.device() + "   # how much is lost on the way");
    }

    private static Finding large(ServerFacts server) {
        Echo echo = server.largeUdp();
        String what = String.format(Locale.ROOT, "a datagram of %,d bytes", echo.bytes());
        return echo.back() > 0
                ? Finding.ok("udp_large", what + " came back")
                : Finding.warn(
                        "udp_large",
                        what + " did not come back, smaller ones did: fragments are lost on the way",
                        "keep frames below 1,200 bytes, or let devices use TCP");
    }

    private static Finding skew(double aheadSeconds) {
        double size = Math.abs(aheadSeconds);
        String what = String.format(
                Locale.ROOT, "the server's clock is %.3f s %s ours", size, aheadSeconds < 0 ? "behind" : "ahead of");
        String fix = "timedatectl status   # on both hosts; one of them follows no time server";
        if (size >= GREAT_SKEW_SECONDS) {
            return Finding.fail("clock_difference", what, fix);
        }
        return size > SKEW_SECONDS ? Finding.warn("clock_difference", what, fix) : Finding.ok("clock_difference", what);
    }

    private static Finding ready(ServerFacts server) {
        Web web = server.web();
        String url = server.http() + "/readyz";
        return switch (web.status()) {
            case OK -> Finding.ok("ready", url + " says it is");
            case UNAVAILABLE ->
                Finding.fail("ready", url + " says it is not: " + web.text(), "journalctl -u baliza   # or its stderr");
            case 0 ->
                Finding.fail(
                        "ready",
                        url + " does not answer: " + web.text(),
                        "baliza doctor --http HOST:PORT   # with the server's http.host and http.port");
            default ->
                Finding.fail(
                        "ready",
                        url + " answers " + web.status() + ": that is no Baliza server",
                        "baliza doctor --http HOST:PORT   # with the server's http.host and http.port");
        };
    }

    private static Finding version(String server, String here) {
        return server.equals(here)
                ? Finding.ok("version", "the server is " + server + ", as this is")
                : Finding.warn(
                        "version", "the server is " + server + ", this is " + here, "install the same version on both");
    }

    private static Finding port(Port port) {
        String check = "port_" + port.section();
        String what = port.section() + " port " + port.number();
        if (port.answers()) {
            return Finding.ok(
                    check,
                    what + " is served"
                            + port.holder().map(h -> " by " + h.text()).orElse(""));
        }
        return port.holder()
                .map(Holder::text)
                .map(holder -> Finding.fail(
                        check,
                        what + " is taken by " + holder + ", which does not answer as Baliza does",
                        "baliza server --set " + port.section() + ".port=PORT   # or stop the other one"))
                .orElseGet(() -> Finding.ok(check, what + " is free"));
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.1f ms", millis);
    }
}
