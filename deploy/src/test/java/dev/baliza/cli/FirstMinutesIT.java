package dev.baliza.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of the first ten minutes: each has one line that says what to do, and its exit status. */
class FirstMinutesIT {
    @TempDir
    Path dir;

    private Path launcher = Path.of("");

    @BeforeEach
    void unpack() throws Exception {
        launcher = Tarball.unpackInto(dir).launcher();
    }

    private void expect(int status, String text, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Run run = Run.of(command, Map.of("BALIZA_STORE_DIR", dir.resolve("data").toString()));
        assertThat(run.err()).contains(text);
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).as(run.err()).hasSizeLessThanOrEqualTo(2);
    }

    private static String free() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String command : List.of("server", "demo")) {
                expect(
                        73,
                        "(pid " + ProcessHandle.current().pid()
                                + ") has that port; stop it, or choose another port with --set http.port=PORT",
                        command,
                        "--set=tcp.port=0",
                        "--set=udp.port=0",
                        "--set=http.port=" + port);
            }
        }
    }

    @Test
    void aDataDirectoryThatCannotBeMade() throws Exception {
        expect(
                73,
                "baliza: cannot use store.dir " + launcher + "/data: something that is no directory is in the way",
                "server",
                "--set=store.dir=" + launcher + "/data",
                "--set=tcp.port=0",
                "--set=udp.port=0",
                "--set=http.port=0");
    }

    @Test
    void noServer() throws Exception {
        String there = free();
        String start = "Start one with: baliza server; look closer with: baliza doctor " + there;
        expect(69, "baliza ping: no answer from " + there + " over TCP; ", "ping", "--tcp", "--server", there);
        expect(69, start, "ping", "--udp", "--count=1", "--server", there);
        expect(69, start, "send", "--tcp", "--device=lab-1", "--server", there, "temperature=21.5Cel");
        expect(
                69,
                "cannot be read: connection refused; is the server running? Start it with: baliza server",
                "sim",
                "--devices=1",
                "--duration=1s",
                "--server",
                there,
                "--http",
                there);
    }

    @Test
    void somethingElseInsteadOfAServer() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String there = "127.0.0.1:" + other.getLocalPort();
            String text = there + " accepts connections but does not answer as a Baliza server";
            expect(69, "baliza ping: " + text, "ping", "--tcp", "--count=1", "--server", there);
            expect(69, "baliza send: " + text, "send", "--tcp", "--device=a", "--server", there, "a=1");
        }
    }

    @Test
    void filesThatAreMissing() throws Exception {
        String missing = dir.resolve("missing").toString();
        expect(78, "baliza: " + missing + ": there is no such file", "server", "--config", missing);
        expect(
                78,
                "baliza: " + missing + ": there is no such file; make a key with: baliza keys new DEVICE",
                "server",
                "--set=keys.file=" + missing,
                "--set=tcp.port=0",
                "--set=udp.port=0",
                "--set=http.port=0");
        expect(65, "baliza keys: " + missing + ": there is no such file", "keys", "list", "--file", missing);
        expect(2, "baliza sim: --scenario " + missing + ".yaml: no such file", "sim", "--scenario", missing + ".yaml");
    }

    @Test
    void slipsOnTheCommandLine() throws Exception {
        expect(
                2,
                "baliza send: unit 'degC' is not the UCUM code of what is meant; write 21.5Cel",
                "send",
                "--device=lab-1",
                "temperature=21.5degC");
        expect(
                2,
                "baliza send: 'warm' is no value; write a number with its unit (21.5Cel), true, false or \"text\"\n"
                        + "See: baliza send --help",
                "send",
                "--device=lab-1",
                "temperature=warm");
        expect(2, "baliza send: Missing required option: '--device=NAME'", "send", "a=1");
        expect(2, "baliza ping: '::1:99' is no host:port, such as", "ping", "--server", "::1:99");
        expect(2, "baliza doctor: host 'nowhere.invalid' is not known here", "doctor", "nowhere.invalid");
        expect(2, "Did you mean: baliza server", "serve");
    }
}
