package dev.baliza.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.cli.doctor.HostFacts.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The facts of a host, from files as Linux writes them. */
class HostReaderTest {
    @TempDir
    Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HostFacts read(Optional<String> timedatectl) {
        return new HostReader(root, command -> {
                    assertThat(command).startsWith("timedatectl");
                    return timedatectl;
                })
                .read();
    }

    @Test
    void readsWhatLinuxWrites() throws Exception {
        file("proc/sys/net/core/rmem_max", "212992\n");
        file("proc/sys/net/core/rmem_default", "106496\n");
        file("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95000                95000                processes
                Max open files            1024                 524288               files
                """);
        file("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n");
        file("proc/net/snmp", """
                Ip: Forwarding DefaultTTL
                Ip: 1 64
                Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
                Udp: 1000 5 7 900 6 0
                UdpLite: InDatagrams NoPorts
                UdpLite: 1 2
                """);
        HostFacts host = read(Optional.of("no\n"));
        assertThat(host.rmemMax()).hasValue(212_992);
        assertThat(host.rmemDefault()).hasValue(106_496);
        assertThat(host.fileLimit()).hasValue(524_288);
        assertThat(host.memoryBytes()).hasValue(8_000_000L * 1_024);
        assertThat(host.udpReceived()).hasValue(1_000);
        assertThat(host.udpDropped()).hasValue(6);
        assertThat(host.clock()).isEqualTo(Clock.FREE);
        assertThat(host.javaVersion()).isGreaterThanOrEqualTo(17);
    }

    @Test
    void aContainerHasNoMoreMemoryThanItsLimit() throws Exception {
        file("proc/meminfo", "MemAvailable:    8000000 kB\n");
        file("sys/fs/cgroup/memory.max", "536870912\n");
        file("sys/fs/cgroup/memory.current", "436870912\n");
        assertThat(read(Optional.empty()).memoryBytes()).hasValue(100_000_000);
        file("sys/fs/cgroup/memory.max", "max\n");
        assertThat(read(Optional.empty()).memoryBytes()).hasValue(8_000_000L * 1_024);
    }

    @Test
    void theClockIsAskedInTwoWays() throws Exception {
        assertThat(read(Optional.of("yes\n")).clock()).isEqualTo(Clock.SYNCHRONISED);
        assertThat(read(Optional.of("\n")).clock()).isEqualTo(Clock.UNKNOWN);
        assertThat(read(Optional.empty()).clock()).isEqualTo(Clock.UNKNOWN);
        file("run/systemd/timesync/synchronized", "");
        assertThat(read(Optional.empty()).clock()).isEqualTo(Clock.SYNCHRONISED);
    }

    @Test
    void whatIsMissingOrStrangeIsUnknown() throws Exception {
        HostFacts nothing = read(Optional.empty());
        assertThat(nothing.rmemMax()).isEmpty();
        assertThat(nothing.fileLimit()).isEmpty();
        assertThat(nothing.memoryBytes()).isEmpty();
        assertThat(nothing.udpDropped()).isEmpty();

        file("proc/sys/net/core/rmem_max", "many\n");
        file("proc/self/limits", "Max open files            unlimited            unlimited            files\n");
        file("proc/net/snmp", "Udp: InDatagrams RcvbufErrors\nUdp: 1\n");
        HostFacts strange = read(Optional.empty());
        assertThat(strange.rmemMax()).isEmpty();
        assertThat(strange.fileLimit()).isEqualTo(OptionalLong.of(Long.MAX_VALUE));
        assertThat(strange.udpReceived()).isEmpty();
    }
}
