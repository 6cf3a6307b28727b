package dev.baliza.server.files;

import dev.baliza.server.books.FileView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that are whole: {@code files/<sha256>}, and what is known of them in {@code files/index.jsonl}. Thread: the file's; the list may be
 * asked for from any. Limits: {@link FileLimits#FILES}.
 */
final class FileLibrary {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String INDEX = "index.jsonl";
    private static final String PARTS = "parts";

    private final Path directory;
    private final FileIndex index;
    private final Map<String, StoredFile> files = new ConcurrentHashMap<>();

    private FileLibrary(Path directory) {
        this.directory = directory;
        index = new FileIndex(directory.resolve(INDEX));
    }

    /** Opens or makes it. What the index has and the disk has not is gone; what only the disk has is kept under its hash. */
    static FileLibrary open(Path directory) throws IOException {
        Files.createDirectories(directory.resolve(PARTS));
        FileLibrary library = new FileLibrary(directory);
        Map<String, StoredFile> known = library.index.read();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (SHA256.matcher(name).matches() && library.files.size() < FileLimits.FILES) {
                    long size = Files.size(entry);
                    StoredFile file = known.get(name);
                    boolean same = file != null && file.size() == size;
                    library.files.put(name, same ? file : new StoredFile(name, size, name, "", 0, "", 0));
                }
            }
        }
        return library;
    }

    Path parts() {
        return directory.resolve(PARTS);
    }

    @Nullable
    StoredFile find(String sha256) {
        return files.get(sha256);
    }

    Path path(StoredFile file) {
        return directory.resolve(file.sha256());
    }

    List<StoredFile> all() {
        return List.copyOf(files.values());
    }

    /** Newest first. Thread: any. */
    List<FileView> views() {
        return files.values().stream()
                .sorted(Comparator.comparingLong(StoredFile::receivedMicros).reversed())
                .map(f -> new FileView(
                        f.sha256(), f.size(), f.name(), f.mediaType(), f.device(), f.label(), f.receivedMicros()))
                .toList();
    }

    /** Takes a complete part in under its hash. When this returns, it is there after a power cut too. */
    void keep(PartFile part, StoredFile file) throws IOException {
        Path bytes = part.complete();
        Files.move(bytes, path(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true); // the name, not only the bytes
        }
        index.append(file);
        files.put(file.sha256(), file);
    }
}
