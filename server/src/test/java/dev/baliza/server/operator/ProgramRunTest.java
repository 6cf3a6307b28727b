package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, really started. */
class ProgramRunTest {
    @TempDir
    Path dir;

    private static ProgramRun sh(String script, int outputBytes, long millis) throws Exception {
        return ProgramRun.of(List.of("/bin/sh", "-c", script), Duration.ofMillis(millis), outputBytes);
    }

    @Test
    void exitStatusAndSignalAreToldApart() throws Exception {
        assertThat(sh("exit 3", 10, 10_000))
                .extracting(ProgramRun::status, ProgramRun::signal)
                .containsExactly(3, 0);
        assertThat(sh("kill -9 $$", 10, 10_000)).extracting(ProgramRun::signal).isEqualTo(9);
        assertThat(sh("true", 10, 10_000)).extracting(ProgramRun::timedOut).isEqualTo(false);
    }

    @Test
    void thereIsNoEnvironmentAndNothingToRead() throws Exception {
        ProgramRun run = ProgramRun.of(List.of("/usr/bin/env"), Duration.ofSeconds(10), 10_000);
        assertThat(run.output()).isEmpty();
        assertThat(sh("cat; pwd", 100, 10_000).output()).isEqualTo("/\n");
    }

    @Test
    void argumentsAreNotForAShell() throws Exception {
        ProgramRun run = ProgramRun.of(List.of("/bin/echo", "$(id)", "; id"), Duration.ofSeconds(10), 100);
        assertThat(run.output()).isEqualTo("$(id) ; id\n");
    }

    @Test
    void outputIsCutAndTheProgramGoesOn() throws Exception {
        ProgramRun run = sh("head -c 1000000 /dev/zero | tr '\\0' x; exit 5", 1_000, 20_000);
        assertThat(run.output()).isEqualTo("x".repeat(1_000));
        assertThat(run.truncated()).isTrue();
        assertThat(run.status()).isEqualTo(5);
    }

    @Test
    void theWholeTreeIsKilledAtTheTimeout() throws Exception {
        Path pids = dir.resolve("pids");
        String script = "sh -c 'echo $$ >> " + pids + "; sleep 1000' & (sh -c 'echo $$ >> " + pids
                + "; exec sleep 1000') & echo $$ >> " + pids + "; wait";
        ProgramRun run = sh(script, 100, 1_000);
        assertThat(run.timedOut()).isTrue();
        List<String> all = Files.readAllLines(pids);
        assertThat(all).hasSize(3);
        for (String pid : all) {
            ProcessHandle.of(Long.parseLong(pid))
                    .ifPresent(handle -> handle.onExit().join());
            assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
    }

    @Test
    void aChildThatOutlivesItsParentIsKilledToo() throws Exception {
        Path pid = dir.resolve("pid");
        ProgramRun run = sh("sleep 1000 & echo $! > " + pid + "; sleep 0.3; echo done", 100, 10_000);
        assertThat(run.output()).isEqualTo("done\n");
        long left = Long.parseLong(Files.readString(pid).strip());
        ProcessHandle.of(left).ifPresent(handle -> handle.onExit().join());
        assertThat(ProcessHandle.of(left).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void whatCannotBeStartedIsAnError() {
        assertThatThrownBy(() -> ProgramRun.of(List.of("/nonexistent/x"), Duration.ofSeconds(1), 10))
                .isInstanceOf(IOException.class);
    }
}
