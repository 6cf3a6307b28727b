package dev.baliza.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.sim.ctl.CtlCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code baliza ctl chat} on a terminal: a pseudo terminal that Python opens, with a Python device at the other end. */
@Timeout(90)
class ChatTerminalIT {
    /** Says what it reads, a JSON string a line, and prints what it hears. */
    private static final String DEVICE = """
            import baliza, json, os, select, sys
            host, port = sys.argv[1].rsplit(":", 1)
            device = baliza.Device("lab-1", host, int(port), "tcp")
            @device.on_text
            def heard(author, text):
                print("heard", text, flush=True)
            device.say("here")
            print("ready", device.flush(), flush=True)
            pending = b""
            while True:
                device.poll(0.05)
                if select.select([0], [], [], 0)[0]:
                    read = os.read(0, 4096)
                    if not read:
                        break
                    *lines, pending = (pending + read).split(b"\\n")
                    for line in lines:
                        device.say(json.loads(line))
            """;
    /** Runs a program on a pseudo terminal of 80 columns; what comes in is typed, what is shown goes out. */
    private static final String TERMINAL = """
            import os, pty, sys
            sized = ["sh", "-c", 'stty cols 80 rows 24; exec "$@"', "sh"] + sys.argv[1:]
            sys.exit(os.waitstatus_to_exitcode(pty.spawn(sized)))
            """;

    private static Python python;

    @TempDir
    Path dir;

    private final StringBuilder shown = new StringBuilder();

    @BeforeAll
    static void needsPython() throws InterruptedException {
        python = Python.with("pty", "python3 with the module pty is not installed");
    }

    /** Runs {@code baliza ctl}; what the test process starts. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CtlCommand()).execute(args));
    }

    private Process chat(RunningServer server) throws IOException {
        return python.start(
                "-c",
                TERMINAL,
                "env",
                "TERM=xterm",
                "BALIZA_TERMINAL=1",
                "XDG_CONFIG_HOME=" + dir,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ChatTerminalIT.class.getName(),
                "chat",
                "lab-1",
                "--server",
                server.devices());
    }

    private void show(InputStream terminal) {
        byte[] buffer = new byte[4_096];
        try {
            for (int count = terminal.read(buffer); count >= 0; count = terminal.read(buffer)) {
                append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            append("closed with the process");
        }
    }

    private void append(String text) {
        synchronized (shown) {
            shown.append(text);
        }
    }

    private String shown() {
        synchronized (shown) {
            return shown.toString();
        }
    }

    private void awaitShown(String... inThisOrder) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(shown()).containsSubsequence(inThisOrder));
    }

    private static void type(Process process, String keys) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    @Test
    void linesThatComeLeaveWhatIsTypedIntactAndCommandNothing() throws Exception {
        try (RunningServer server = new RunningServer()) {
            Process device = python.start("-c", DEVICE, server.devices());
            try (BufferedReader heard = device.inputReader()) {
                assertThat(heard.readLine()).isEqualTo("ready True");
                Process chat = chat(server);
                try {
                    new Thread(() -> show(chat.getInputStream()), "terminal").start();
                    talk(chat, device, heard);
                    assertThat(chat.waitFor(20, TimeUnit.SECONDS)).isTrue();
                    assertThat(chat.exitValue()).as(shown()).isZero();
                } finally {
                    chat.destroyForcibly();
                }
            } finally {
                device.destroyForcibly();
            }
        }
    }

    private void talk(Process chat, Process device, BufferedReader heard) throws IOException {
        awaitShown("> ", "here");
        type(chat, "good mor");
        awaitShown("here", "good mor");
        type(device, "\"\\u001b]0;owned\\u0007\\u001b[2Jdoor open\"\n");
        awaitShown("good mor", "\\u001b]0;owned\\u0007\\u001b[2Jdoor open", "> good mor");
        assertThat(shown()).doesNotContain("\u001b]0;", "\u001b[2J");
        type(chat, "ning\r");
        assertThat(heard.readLine()).isEqualTo("heard good morning");
        awaitShown("\u001b[?1h", "> good mor", "ning", "> "); // from now on arrows come as ESC O
        type(chat, "\u001bOA");
        awaitShown("ning", "> ", "good morning");
        type(chat, "\r");
        assertThat(heard.readLine()).as("arrow up and Enter").isEqualTo("heard good morning");
        awaitShown("ning", "> ", "good morning", "> "); // Ctrl-D means the end only where a line is read
        type(chat, "\u0004");
    }
}
