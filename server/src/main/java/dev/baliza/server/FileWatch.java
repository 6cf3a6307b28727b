package dev.baliza.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Tells when files that belong together have changed. Several are seldom replaced in one moment, so a change is told at the second look
 * that sees the same. Thread: one at a time.
 */
final class FileWatch {
    private final List<Path> files;
    private String told;
    private String seen;

    /** From the state of this moment. */
    FileWatch(List<Path> files) {
        this.files = List.copyOf(files);
        told = stamp();
        seen = told;
    }

    /** Whether the files are others than those told of before, and as they were at the last look. */
    boolean changed() {
        String now = stamp();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(told)) {
            return false;
        }
        told = now;
        return true;
    }

    private String stamp() {
        StringBuilder stamp = new StringBuilder();
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamp.append(attributes.lastModifiedTime())
                        .append(' ')
                        .append(attributes.size())
                        .append(' ')
                        .append(attributes.fileKey());
            } catch (IOException e) {
                stamp.append("gone");
            }
            stamp.append('\n');
        }
        return stamp.toString();
    }
}
