package dev.baliza.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.cli.doctor.Finding.Level;
import dev.baliza.cli.doctor.HostFacts.Clock;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.ServerConfig;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is judged of a host. */
class HostChecksTest {
    private static final OptionalLong NOTHING = OptionalLong.empty();

    private int java = 17;
    private String epoll = "";
    private OptionalLong rmemMax = OptionalLong.of(8_388_608);
    private OptionalLong rmemDefault = OptionalLong.of(212_992);
    private OptionalLong files = OptionalLong.of(65_536);
    private OptionalLong memory = OptionalLong.of(4L << 30);
    private Clock clock = Clock.SYNCHRONISED;
    private OptionalLong received = OptionalLong.of(1_000_000);
    private OptionalLong dropped = OptionalLong.of(0);

    private List<Finding> all() {
        return HostChecks.judge(
                new HostFacts(java, epoll, rmemMax, rmemDefault, files, memory, clock, received, dropped));
    }

    private Finding one(String check) {
        List<Finding> found =
                all().stream().filter(f -> f.check().equals(check)).toList();
        assertThat(found).as(check).hasSize(1);
        return found.get(0);
    }

    private void expect(String check, Level level, String what, String fix) {
        Finding finding = one(check);
        assertThat(finding.level()).as(finding.toString()).isEqualTo(level);
        assertThat(finding.what()).contains(what);
        assertThat(finding.fix()).contains(fix);
    }

    @Test
    void aGoodHostHasNothingToMend() {
        assertThat(all()).hasSize(8).allSatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(Level.OK);
            assertThat(finding.fix()).isEmpty();
        });
    }

    @Test
    void whatIsNotOkSaysWhatMendsIt() {
        java = 11;
        epoll = "no such file";
        rmemMax = rmemDefault = files = memory = received = dropped = NOTHING;
        clock = Clock.UNKNOWN;
        assertThat(all()).allSatisfy(finding -> {
            assertThat(finding.level()).isNotEqualTo(Level.OK);
            assertThat(finding.fix()).isNotEmpty();
        });
    }

    @Test
    void anOldJavaFails() {
        java = 16;
        expect("java", Level.FAIL, "Java 16 is too old", "JAVA_HOME");
    }

    @Test
    void epollThatDoesNotWorkIsAWarning() {
        epoll = "failed to map segment";
        expect("epoll", Level.WARN, "failed to map segment", "io.netty.native.workdir");
    }

    @Test
    void aSmallReceiveBufferIsAWarning() {
        rmemMax = OptionalLong.of(8_388_607);
        expect("rmem_max", Level.WARN, "the server asks for 8 MiB", "sysctl -w net.core.rmem_max=8388608");
    }

    @Test
    void aDefaultAboveTheMaximumIsAWarning() {
        rmemDefault = OptionalLong.of(16_777_216);
        expect("rmem_default", Level.WARN, "get 16 MiB, more than a server may ask for", "net.core.rmem_max");
    }

    @Test
    void fewFilesAreAWarning() {
        files = OptionalLong.of(1_024);
        expect("files", Level.WARN, "may open 1,024 files", "ulimit -n 65536");
        files = OptionalLong.of(Long.MAX_VALUE);
        expect("files", Level.OK, "any number", "");
    }

    @Test
    void littleMemoryIsAWarningAndTooLittleAFailure() {
        memory = OptionalLong.of(300L << 20);
        expect("memory", Level.WARN, "only 300 MiB", "-Xmx64m");
        memory = OptionalLong.of(100L << 20);
        expect("memory", Level.FAIL, "only 100 MiB", "-Xmx64m");
    }

    @Test
    void aClockThatRunsFreeIsAWarning() {
        clock = Clock.FREE;
        expect("clock", Level.WARN, "no time server", "timedatectl set-ntp true");
    }

    @Test
    void moreThanOneLostDatagramInAThousandIsAWarning() {
        dropped = OptionalLong.of(500);
        expect("udp_drops", Level.OK, "500 of 1,000,500", "");
        dropped = OptionalLong.of(5_000);
        expect("udp_drops", Level.WARN, "5,000 of 1,005,000", "net.core.rmem_max");
    }

    @Test
    void theServersDefaultsAreWhatIsJudgedBy() throws Exception {
        ServerConfig defaults = ConfigLoader.load(null, Map.of(), List.of());
        assertThat(HostChecks.RECEIVE_BUFFER_BYTES).isEqualTo(defaults.udp().receiveBufferBytes());
        assertThat(HostChecks.FILES).isGreaterThan(defaults.tcp().maxConnections());
    }
}
