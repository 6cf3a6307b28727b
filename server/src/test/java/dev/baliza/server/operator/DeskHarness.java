package dev.baliza.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.LedgerTotals;
import dev.baliza.server.books.Transport;
import dev.baliza.server.config.ConfigLoader;
import dev.baliza.server.config.Program;
import dev.baliza.server.metrics.FakeBooks;
import dev.baliza.server.session.Caller;
import dev.baliza.server.session.ResetOutcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A desk whose threads are the test's and whose clock stands still. */
final class DeskHarness implements AutoCloseable {
    /** An answer, put together. */
    record Told(AdminStatus status, String text) {}

    static final List<Program> PROGRAMS = List.of(
            new Program("yes", List.of("/bin/echo", "yes"), Duration.ofSeconds(5), 100, Map.of()),
            new Program(
                    "say",
                    List.of("/bin/echo", "{word}", "{times}"),
                    Duration.ofSeconds(5),
                    100,
                    Map.of(
                            "word",
                            new Program.Argument(List.of("hi", "bye"), 0, 0),
                            "times",
                            new Program.Argument(List.of(), 0, 9))));

    final FakeBooks books = new FakeBooks();
    final List<Long> resets = new ArrayList<>();
    final Caller admin = caller(1, "ana", Role.ADMIN, false);
    final Caller otherAdmin = caller(4, "otto", Role.ADMIN, false);
    final Caller viewer = caller(2, "vera", Role.VIEWER, false);
    final Desk desk;
    final AuditLog audit;
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    boolean full;
    int stops;
    private final @Nullable Path dir;
    private final Random random = new Random(1);

    /** @param dir of the audit log, null for one in memory */
    DeskHarness(@Nullable Path dir, boolean on) throws Exception {
        this(dir, on, PROGRAMS, command -> {});
    }

    /** @param started is told of each program, which is then really started */
    DeskHarness(@Nullable Path dir, boolean on, List<Program> programs, Consumer<List<String>> started)
            throws Exception {
        this.dir = dir;
        books.devices.add(device(0xD0D0, "lab-1"));
        audit = dir == null ? AuditLog.inMemory(() -> now) : AuditLog.in(dir, () -> now);
        List<Operation> all = new ArrayList<>(new DeviceOperations(books, this::reset, () -> now).all());
        var config = Optional.of(ConfigLoader.read(null, Map.of(), List.of()));
        all.addAll(new ServerOperations(() -> config, audit).all());
        all.add(new ShutdownOperation(() -> now, random, () -> stops++).operation(on));
        all.add(new ExecOperation(on ? programs : List.of(), Runnable::run, (command, timeout, outputBytes) -> {
                    started.accept(command);
                    return ProgramRun.of(command, timeout, outputBytes);
                })
                .operation());
        desk = new Desk(Operations.withWhoami(all), audit, () -> true, task -> {
            if (full) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
    }

    private CompletableFuture<ResetOutcome> reset(long device) {
        resets.add(device);
        return CompletableFuture.completedFuture(ResetOutcome.DONE);
    }

    static DeviceView device(long id, String label) {
        return new DeviceView(
                id,
                label,
                label,
                Transport.UDP,
                "127.0.0.1:1",
                0,
                0,
                1,
                Map.of(),
                Map.of(),
                LedgerTotals.ZERO,
                List.of(),
                0,
                0,
                0,
                null,
                List.of());
    }

    void addDevices(int count) {
        for (int i = 1; i <= count; i++) {
            books.devices.add(device(i, "many-" + i));
        }
    }

    Caller caller(Role role, boolean keyless) {
        return keyless ? caller(0, Caller.LOOPBACK, role, true) : caller(3, "rosa", role, false);
    }

    private static Caller caller(long id, String name, @Nullable Role role, boolean keyless) {
        return new Caller(id, name, role, keyless, Transport.UDP, new InetSocketAddress("127.0.0.1", 4_000));
    }

    /** What one ADMIN brings; none while it is under way. */
    List<Message.AdminResult> parts(Caller caller, Message.Admin request) {
        List<Message.AdminResult> came = new ArrayList<>();
        desk.ask(caller, request, came::addAll);
        return came;
    }

    Told ask(Caller caller, Message.Admin request) {
        List<Message.AdminResult> came = parts(caller, request);
        assertThat(came).isNotEmpty();
        StringBuilder text = new StringBuilder();
        came.forEach(part -> text.append(new String(bytes(part.json()), StandardCharsets.UTF_8)));
        return new Told(AdminStatus.of(came.get(0).status()), text.toString());
    }

    Told ask(Caller caller, String operation, String arguments) {
        return ask(caller, new Message.Admin(random.nextLong(), 0, operation, arguments));
    }

    String token(Caller caller) {
        String text = ask(caller, "shutdown", "{}").text();
        return text.substring(10, 42);
    }

    AdminStatus confirm(Caller caller, String token) {
        return ask(caller, "shutdown", "{\"token\":\"" + token + "\"}").status();
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    Path file() {
        return dir == null ? Path.of("/nowhere") : dir.resolve(AuditFile.NAME);
    }

    String log() throws Exception {
        return Files.readString(file());
    }

    /** From now on nothing can be written. */
    void breakLog() {
        audit.close();
    }

    @Override
    public void close() {
        audit.close();
    }
}
