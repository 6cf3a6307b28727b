package dev.baliza.sim.ctl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code baliza ctl chat}: on a terminal lines come up above the one that is being typed; else it reads lines to the end. */
@Command(
        name = "chat",
        description = "Talk with a device: its lines appear as they come, yours go with Enter. Ctrl-D ends it.",
        mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 500;

    @ParentCommand
    private @Nullable CtlCommand ctl;

    @Mixin
    private CtlOptions options = new CtlOptions();

    @Parameters(paramLabel = "DEVICE", description = "Name or id.")
    private String device = "";

    @Override
    public Integer call() throws InterruptedException, IOException {
        CtlCommand parent = CtlCommand.of(ctl);
        ChatSession session = new ChatSession(device, (operation, arguments) -> {
            synchronized (this) { // one question at a time: each opens a connection of its own
                return parent.answer(options, operation, arguments);
            }
        });
        return System.getenv("BALIZA_TERMINAL") == null ? piped(session) : onTerminal(session);
    }

    private static Integer onTerminal(ChatSession session) throws IOException, InterruptedException {
        try (Terminal terminal = TerminalBuilder.builder().build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
            Watch watch = new Watch(session, reader::printAbove);
            try {
                while (true) {
                    String line = reader.readLine("> ");
                    send(session, line, reader::printAbove);
                }
            } catch (EndOfFileException | UserInterruptException e) {
                return 0;
            } finally {
                watch.stop();
            }
        }
    }

    private static Integer piped(ChatSession session) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Consumer<String> show = System.out::println;
        Watch watch = new Watch(session, show);
        try {
            boolean sent = true;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                sent &= send(session, line, show);
            }
            Thread.sleep(2 * POLL_MILLIS); // for the answer to the last line
            return sent ? 0 : CtlCommand.FAILED;
        } finally {
            watch.stop();
        }
    }

    private static boolean send(ChatSession session, String line, Consumer<String> show) throws InterruptedException {
        String problem = line.isBlank() ? null : session.say(line.strip());
        if (problem != null) {
            show.accept("-- not sent: " + problem);
        }
        return problem == null;
    }

    /** Looks for new lines twice a second. */
    private static final class Watch {
        private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "baliza-chat");
            made.setDaemon(true);
            return made;
        });

        Watch(ChatSession session, Consumer<String> show) {
            thread.execute(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        session.poll().forEach(show);
                        Thread.sleep(POLL_MILLIS);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // the talk is over
                }
            });
        }

        void stop() throws InterruptedException {
            thread.shutdownNow();
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                System.err.println("baliza ctl: the server keeps us waiting");
            }
        }
    }
}
