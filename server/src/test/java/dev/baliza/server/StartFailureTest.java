package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.baliza.server.SocketTable.Protocol;
import dev.baliza.server.config.ConfigLoader;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start says why and what to do. */
class StartFailureTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 7000);

    @TempDir
    Path dir;

    private static StartException start(String... settings) throws Exception {
        try {
            List<String> all = new ArrayList<>(List.of(settings));
            if (all.stream().noneMatch(setting -> setting.startsWith("store."))) {
                all.add("store.enabled=false");
            }
            BalizaServer.start(ConfigLoader.load(null, Map.of(), all)).close();
        } catch (StartException e) {
            return e;
        }
        throw new AssertionError("the server started");
    }

    private String explain(String section, Protocol protocol, InetSocketAddress address, String cause) {
        IOException failure = new IOException("wrapped", new BindException(cause));
        return String.valueOf(ListenFailure.of(section, protocol, address, failure, new PortHolders(dir))
                .getMessage());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells who has a port")
    void aTakenPortNamesThisVeryProcess() throws Exception {
        String me = "(pid " + ProcessHandle.current().pid()
                + ") has that port; stop it, or choose another port with --set ";
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            StartException noTcp = start("tcp.port=" + tcp.getLocalPort(), "udp.port=0", "http.port=0");
            assertThat(noTcp)
                    .hasMessageStartingWith("cannot listen on tcp 127.0.0.1:" + tcp.getLocalPort() + ": ")
                    .hasMessageEndingWith(me + "tcp.port=PORT");
            assertThat(noTcp.exitStatus()).isEqualTo(73);
            assertThat(start("tcp.port=0", "udp.port=" + udp.getLocalPort(), "http.port=0"))
                    .hasMessageStartingWith("cannot listen on udp 127.0.0.1:" + udp.getLocalPort() + ": ")
                    .hasMessageEndingWith(me + "udp.port=PORT");
            for (String transport : List.of("epoll", "nio")) {
                assertThat(start(
                                "tcp.port=0",
                                "udp.port=0",
                                "http.port=" + tcp.getLocalPort(),
                                "loops.transport=" + transport))
                        .hasMessageStartingWith("cannot listen on http 127.0.0.1:" + tcp.getLocalPort() + ": ")
                        .hasMessageEndingWith(me + "http.port=PORT");
            }
        }
    }

    @Test
    void aHolderThatMayNotBeSeenIsFoundByAnotherCommand() throws Exception {
        new FakeProc(dir).socket("udp", "0.0.0.0", 7000, "07", 110, 1, 0);
        assertThat(explain("udp", Protocol.UDP, ADDRESS, "Address already in use (Bind failed)"))
                .isEqualTo(
                        "cannot listen on udp 127.0.0.1:7000: a process of user id 110 has that port"
                                + " (see: sudo ss -ulnp 'sport = :7000'); stop it, or choose another port with --set udp.port=PORT");
    }

    @Test
    void addressesOfOtherHostsAndLowPortsAreExplained() throws Exception {
        // 192.0.2.1 is an address for documentation, so no host has it
        StartException elsewhere =
                start("tcp.host=192.0.2.1", "tcp.port=0", "udp.port=0", "http.port=0", "insecure=true");
        assertThat(elsewhere)
                .hasMessageContaining("this host has no address 192.0.2.1; set tcp.host to one that it has");
        assertThat(elsewhere.exitStatus()).isEqualTo(73);
        assertThat(explain("http", Protocol.TCP, new InetSocketAddress("127.0.0.1", 80), "Permission denied"))
                .isEqualTo("cannot listen on http 127.0.0.1:80: this user may not have that port, which is below 1024;"
                        + " choose a higher one with --set http.port=PORT");
        assertThat(explain("tcp", Protocol.TCP, ADDRESS, "Protocol not supported"))
                .contains("Protocol not supported")
                .endsWith("choose another address with --set tcp.host=HOST --set tcp.port=PORT");
    }

    @Test
    void keysThatAreMissingAreAMistakeOfTheConfiguration() throws Exception {
        Path missing = dir.resolve("keys");
        StartException failure = start(
                "keys.file=" + missing, "tcp.port=0", "udp.port=0", "http.port=0", "store.dir=" + dir.resolve("data"));
        assertThat(failure).hasMessage(missing + ": there is no such file; make a key with: baliza keys new DEVICE");
        assertThat(failure.exitStatus()).isEqualTo(78);
    }

    @Test
    void theDataDirectoryIsMadeAndLeftEmpty() throws Exception {
        Path store = dir.resolve("a/b");
        StoreDirectory.prepare(store);
        StoreDirectory.prepare(store);
        try (var files = Files.list(store)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aDataDirectoryThatCannotBeUsedIsExplained() throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        for (Path inTheWay : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> StoreDirectory.prepare(inTheWay))
                    .isInstanceOf(StartException.class)
                    .hasMessage(
                            "cannot use store.dir " + inTheWay
                                    + ": something that is no directory is in the way; choose another one with --set store.dir=DIR");
        }
        StartException denied =
                StoreDirectory.failure(Path.of("/srv/data"), new AccessDeniedException("/srv/data"), "eva");
        assertThat(denied)
                .hasMessage(
                        "cannot use store.dir /srv/data: user eva may not write there; run: sudo install -d -m 700 -o eva"
                                + " /srv/data, or choose another directory with --set store.dir=DIR");
        assertThat(denied.exitStatus()).isEqualTo(73);
    }
}
