package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code baliza doctor} against a server, against nothing, and against something else. */
class DoctorIT {
    @TempDir
    Path dir;

    /** A port that is free for both, unless somebody is quick. */
    private static int freePort() throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
            return udp.getLocalPort();
        }
    }

    private static Run doctor(Tarball tarball, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(tarball.launcher().toString(), "doctor"));
        command.addAll(List.of(arguments));
        return Run.of(command, Map.of());
    }

    private static List<String> checks(Run run, String level) {
        return run.out()
                .lines()
                .filter(line -> line.startsWith(level + " "))
                .map(line -> line.split("\\s+", 3)[1])
                .toList();
    }

    @Test
    void aRunningServerIsHealthy() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir);
        int port = freePort();
        try (Daemon daemon = Daemon.start(
                tarball.launcher(), dir.resolve("log"), Map.of(), "tcp.port=" + port, "udp.port=" + port)) {
            Run run = doctor(tarball, "127.0.0.1:" + port, "--http", daemon.http);
            assertThat(run.status()).as(run.out() + run.err()).isZero();
            assertThat(checks(run, "ok"))
                    .contains(
                            "tcp_connect",
                            "tcp_ping",
                            "udp_ping",
                            "udp_large",
                            "clock_difference",
                            "ready",
                            "version",
                            "port_tcp",
                            "port_udp",
                            "port_http",
                            "java");
            assertThat(run.out())
                    .contains("tcp port " + port + " is served by baliza server (pid " + daemon.process.pid() + ")");
            Run json = doctor(tarball, "127.0.0.1:" + port, "--http", daemon.http, "--json");
            assertThat(json.status()).isZero();
            assertThat(json.out())
                    .startsWith("{\"healthy\":true,\"checks\":[{\"level\":\"ok\",\"check\":\"tcp_connect\"");
            assertThat(daemon.terminate()).isZero();
        }
    }

    @Test
    void nothingThereFails() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir);
        String address = "127.0.0.1:" + freePort();
        Run run = doctor(tarball, address, "--http", address);
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(checks(run, "fail")).contains("tcp_connect", "udp_ping", "ready");
        assertThat(checks(run, "ok")).contains("port_tcp", "port_udp", "port_http", "java");
        assertThat(run.out().lines().filter(line -> line.startsWith("fail")))
                .allSatisfy(line -> assertThat(line).contains("  — "));
    }

    @Test
    void somethingElseOnThePortIsNamed() throws Exception {
        Tarball tarball = Tarball.unpackInto(dir);
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            Run run = doctor(tarball, address, "--http", address);
            assertThat(run.status()).as(run.out() + run.err()).isEqualTo(1);
            assertThat(checks(run, "fail")).contains("tcp_ping", "udp_ping", "ready", "port_tcp", "port_http");
            assertThat(run.out())
                    .contains("(pid " + ProcessHandle.current().pid() + "), which does not answer as Baliza");
        }
    }
}
