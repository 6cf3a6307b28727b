package dev.baliza.server.operator;

import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.FileView;
import dev.baliza.server.http.FileJson;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@code files} and {@code push}. Thread: the desk's, which waits for the books. */
public final class FileOperations {
    private static final int MAX_LABEL = 128;
    private static final int HASH_DIGITS = 64;
    private static final int MAX_LISTED = 500;
    private static final long BOOKS_SECONDS = 10;

    /** Sends a file that the server has to a device. */
    @FunctionalInterface
    public interface Push {
        /**
         * Begins.
         *
         * @return empty when the device has the whole file, else why not; completed on a thread that may block
         */
        CompletableFuture<Optional<String>> begin(long device, String sha256);
    }

    private final Books books;
    private final Supplier<List<FileView>> files;
    private final Push push;

    public FileOperations(Books books, Supplier<List<FileView>> files, Push push) {
        this.books = books;
        this.files = files;
        this.push = push;
    }

    public List<Operation> all() {
        return List.of(
                Operation.of(
                        "files",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "List the files that devices sent, the newest first.",
                        List.of(Parameter.number("limit", 1, MAX_LISTED)),
                        request -> list((int) request.arguments().number("limit", 100))),
                Operation.of(
                        "push",
                        Role.OPERATOR,
                        Operation.Kind.EFFECT,
                        "Send a file that the server has to a device; ends when the device has it.",
                        List.of(
                                Parameter.text("device", 1, MAX_LABEL).needed(),
                                Parameter.text("sha256", HASH_DIGITS, HASH_DIGITS)
                                        .needed()),
                        this::push));
    }

    private CompletionStage<Answer> list(int limit) {
        List<FileView> all = files.get();
        List<FileView> newest = all.subList(0, Math.min(limit, all.size()));
        return CompletableFuture.completedFuture(Answer.ok(g -> FileJson.write(g, newest)));
    }

    private CompletionStage<Answer> push(Operation.Request request) throws Exception {
        String wanted = request.arguments().needed("device");
        String sha256 = request.arguments().needed("sha256");
        Optional<DeviceView> device = books.device(wanted).copy().get(BOOKS_SECONDS, TimeUnit.SECONDS);
        if (device.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.not(
                    AdminStatus.FAILED,
                    "no device '" + wanted + "' has sent anything; 'devices' lists those that have"));
        }
        String label = device.get().label();
        return push.begin(device.get().id(), sha256)
                .thenApply(problem -> problem.map(text -> Answer.not(AdminStatus.FAILED, text))
                        .orElseGet(() -> Answer.ok(g -> {
                            g.writeStringField("device", label);
                            g.writeStringField("sha256", sha256);
                        })));
    }
}
