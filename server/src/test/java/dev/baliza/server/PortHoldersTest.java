package dev.baliza.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.PortHolders.Holder;
import dev.baliza.server.SocketTable.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a port, from tables that Linux writes. */
class PortHoldersTest {
    @TempDir
    Path dir;

    private FakeProc proc;

    @BeforeEach
    void make() throws IOException {
        proc = new FakeProc(dir);
    }

    private java.util.Optional<Holder> holder(Protocol protocol, String host, int port) {
        return new PortHolders(dir).of(protocol, new InetSocketAddress(host, port));
    }

    @Test
    void namesTheProcessThatListens() throws Exception {
        proc.socket("tcp", "127.0.0.1", 7000, "0A", 33, 4711, 0)
                .process(12, 99, "cat")
                .process(34, 4711, "nginx:", "master");
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7000)).contains(new Holder(34, "nginx: master", 33));
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7001)).isEmpty();
        assertThat(holder(Protocol.UDP, "127.0.0.1", 7000)).isEmpty();
        assertThat(new Holder(34, "nginx: master", 33).text()).isEqualTo("nginx: master (pid 34)");
    }

    @Test
    void aConnectionToThePortIsNoHolder() throws Exception {
        proc.socket("tcp", "127.0.0.1", 7000, "01", 33, 4711, 0).process(34, 4711, "curl");
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7000)).isEmpty();
    }

    @Test
    void tellsTheUserWhenTheProcessMayNotBeSeen() throws Exception {
        proc.socket("udp", "127.0.0.1", 7000, "07", 1000, 4711, 0);
        assertThat(holder(Protocol.UDP, "127.0.0.1", 7000)).contains(new Holder(0, "", 1000));
        assertThat(new Holder(0, "", 1000).text()).isEqualTo("a process of user id 1000");
    }

    @Test
    void addressesAreInTheWayWhenTheyOverlap() throws Exception {
        proc.socket("tcp", "10.1.2.3", 7000, "0A", 0, 1, 0).socket("tcp6", "::", 7001, "0A", 0, 2, 0);
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7000)).isEmpty();
        assertThat(holder(Protocol.TCP, "10.1.2.3", 7000)).isPresent();
        assertThat(holder(Protocol.TCP, "0.0.0.0", 7000)).isPresent();
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7001)).isPresent();
        assertThat(holder(Protocol.TCP, "::1", 7001)).isPresent();
    }

    @Test
    void aServerOfOursIsCalledByItsName() throws Exception {
        proc.socket("tcp", "127.0.0.1", 7000, "0A", 0, 1, 0)
                .process(5, 1, "/usr/bin/java", "-cp", "/opt/baliza/lib/*", "dev.baliza.cli.Main", "server", "--set");
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7000).orElseThrow().text()).isEqualTo("baliza server (pid 5)");
    }

    @Test
    void commandsAreCutAndMadePrintable() throws Exception {
        proc.socket("tcp", "127.0.0.1", 7000, "0A", 0, 1, 0).process(5, 1, "a\u001b[31m", "x".repeat(200));
        assertThat(holder(Protocol.TCP, "127.0.0.1", 7000).orElseThrow().command())
                .startsWith("a?[31m xxx")
                .endsWith("x…")
                .hasSize(61);
    }

    @Test
    void aKernelThreadHasANameWithoutACommandLine() throws Exception {
        proc.socket("udp", "127.0.0.1", 7000, "07", 0, 1, 0).process(5, 1, "");
        assertThat(holder(Protocol.UDP, "127.0.0.1", 7000).orElseThrow().command())
                .isEqualTo("comm-of-5");
    }

    @Test
    void dropsOfASocketAreRead() throws Exception {
        proc.socket("udp", "127.0.0.1", 7000, "07", 0, 1, 42);
        assertThat(SocketTable.read(dir, Protocol.UDP))
                .singleElement()
                .satisfies(entry -> assertThat(entry.drops()).isEqualTo(42));
    }

    @Test
    void nothingIsKnownWithoutProc() {
        assertThat(new PortHolders(dir.resolve("none")).of(Protocol.TCP, new InetSocketAddress("127.0.0.1", 7000)))
                .isEmpty();
    }
}
