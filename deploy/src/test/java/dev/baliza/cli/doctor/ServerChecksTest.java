package dev.baliza.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.cli.doctor.Finding.Level;
import dev.baliza.cli.doctor.ServerFacts.Connect;
import dev.baliza.cli.doctor.ServerFacts.Echo;
import dev.baliza.cli.doctor.ServerFacts.Port;
import dev.baliza.cli.doctor.ServerFacts.Web;
import dev.baliza.server.PortHolders.Holder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is judged of a server, and how it is shown. */
class ServerChecksTest {
    private static final Echo GOOD = new Echo(5, 5, 64, 0.4, 0.001);
    private static final Echo NONE = new Echo(5, 0, 64, 0, 0);

    private Connect connect = new Connect(0.3, "");
    private Optional<Echo> tcp = Optional.of(GOOD);
    private Echo udp = GOOD;
    private Echo large = new Echo(2, 2, 8_192, 0.5, 0);
    private Web web = new Web(200, "{}", "1.0", false);
    private List<Port> ports = List.of();
    private long drops;

    private List<Finding> all() {
        return ServerChecks.judge(
                new ServerFacts("192.0.2.1:7367", "http://192.0.2.1:7368", connect, tcp, udp, large, web, ports, drops),
                "1.0");
    }

    private void expect(String check, Level level, String what, String fix) {
        List<Finding> found =
                all().stream().filter(f -> f.check().equals(check)).toList();
        assertThat(found).as(check).hasSize(1);
        assertThat(found.get(0).level()).as(found.toString()).isEqualTo(level);
        assertThat(found.get(0).what()).contains(what);
        assertThat(found.get(0).fix()).contains(fix);
    }

    private void expectNo(String check) {
        assertThat(all()).noneMatch(finding -> finding.check().equals(check));
    }

    @Test
    void aGoodServerHasNothingToMend() {
        assertThat(all()).hasSize(7).allSatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(Level.OK);
            assertThat(finding.fix()).isEmpty();
        });
        assertThat(Report.healthy(all())).isTrue();
    }

    @Test
    void noServerFailsOnceForEachWayToIt() {
        connect = new Connect(0, "Connection refused");
        tcp = Optional.empty();
        udp = NONE;
        web = new Web(0, "connection refused", null, false);
        expect(
                "tcp_connect",
                Level.FAIL,
                "192.0.2.1:7367 accepts no TCP connection: Connection refused",
                "baliza server");
        expect("udp_ping", Level.FAIL, "no ping to 192.0.2.1:7367 came back over UDP", "firewall lets UDP through");
        expect("ready", Level.FAIL, "does not answer: connection refused", "--http HOST:PORT");
        expectNo("tcp_ping");
        expectNo("udp_large");
        expectNo("clock_difference");
        expectNo("version");
        assertThat(Report.healthy(all())).isFalse();
    }

    @Test
    void somethingElseOnThePortIsNoBaliza() {
        tcp = Optional.of(NONE);
        web = new Web(404, "not found", null, false);
        expect("tcp_ping", Level.FAIL, "no ping to 192.0.2.1:7367 came back over TCP", "something else answers here");
        expect("ready", Level.FAIL, "answers 404: that is no Baliza server", "--http HOST:PORT");
    }

    @Test
    void lossOnTheWayIsAWarning() {
        udp = new Echo(5, 3, 64, 40, 0);
        large = new Echo(2, 0, 8_192, 0, 0);
        expect("udp_ping", Level.WARN, "3 of 5 pings came back over UDP, median 40.0 ms", "baliza ping --udp");
        expect("udp_large", Level.WARN, "8,192 bytes did not come back", "use TCP");
    }

    @Test
    void theClocksAreCompared() {
        udp = new Echo(5, 5, 64, 0.4, -2.5);
        expect("clock_difference", Level.WARN, "the server's clock is 2.500 s behind ours", "timedatectl");
        udp = new Echo(5, 5, 64, 0.4, 4_000);
        expect("clock_difference", Level.FAIL, "4000.000 s ahead of ours", "timedatectl");
        udp = NONE;
        tcp = Optional.of(new Echo(5, 5, 64, 0.4, 2));
        expect("clock_difference", Level.WARN, "2.000 s ahead of ours", "timedatectl");
    }

    @Test
    void aServerThatIsNotReadySaysWhy() {
        web = new Web(503, "{\"ready\":false,\"reasons\":[\"draining\"]}", "1.0", false);
        expect("ready", Level.FAIL, "draining", "journalctl -u baliza");
    }

    @Test
    void anotherVersionIsAWarning() {
        web = new Web(200, "{}", "0.9", false);
        expect("version", Level.WARN, "the server is 0.9, this is 1.0", "same version");
    }

    @Test
    void portsAreServedFreeOrTaken() {
        Holder nginx = new Holder(12, "nginx", 33);
        ports = List.of(
                new Port("tcp", 7367, Optional.of(new Holder(5, "baliza server", 0)), true),
                new Port("udp", 7367, Optional.empty(), false),
                new Port("http", 7368, Optional.of(nginx), false));
        expect("port_tcp", Level.OK, "tcp port 7367 is served by baliza server (pid 5)", "");
        expect("port_udp", Level.OK, "udp port 7367 is free", "");
        expect("port_http", Level.FAIL, "http port 7368 is taken by nginx (pid 12)", "--set http.port=PORT");
    }

    @Test
    void dropsOfTheServersSocketAreAWarning() {
        drops = 1_234;
        expect("socket_drops", Level.WARN, "1,234 datagrams", "net.core.rmem_max");
        drops = 0;
        expectNo("socket_drops");
    }

    @Test
    void findingsAreLinesOrJson() {
        List<Finding> findings = List.of(Finding.ok("a", "is \"fine\""), Finding.fail("b", "broken", "mend it"));
        assertThat(printed(findings, false))
                .isEqualTo("ok    a                 is \"fine\"\nfail  b                 broken  — mend it\n");
        assertThat(printed(findings, true))
                .isEqualTo(
                        "{\"healthy\":false,\"checks\":[{\"level\":\"ok\",\"check\":\"a\",\"what\":\"is \\\"fine\\\"\"},"
                                + "{\"level\":\"fail\",\"check\":\"b\",\"what\":\"broken\",\"fix\":\"mend it\"}]}\n");
    }

    private static String printed(List<Finding> findings, boolean json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        if (json) {
            Report.json(findings, out);
        } else {
            Report.text(findings, out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void hostsComeWithAndWithoutAPort() {
        assertThat(DoctorCommand.endpoint("127.0.0.1", 7367)).isEqualTo(new InetSocketAddress("127.0.0.1", 7367));
        assertThat(DoctorCommand.endpoint("127.0.0.1:9", 7367)).isEqualTo(new InetSocketAddress("127.0.0.1", 9));
        assertThat(DoctorCommand.endpoint("::1", 7367)).isEqualTo(new InetSocketAddress("::1", 7367));
        assertThat(DoctorCommand.endpoint("[::1]", 7367)).isEqualTo(new InetSocketAddress("::1", 7367));
        assertThat(DoctorCommand.endpoint("[::1]:9", 7367)).isEqualTo(new InetSocketAddress("::1", 9));
    }
}
