package dev.baliza.server.store;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a journal told its operator, line by line. */
record Told(List<String> lines) implements JournalEvents {
    Told() {
        this(new CopyOnWriteArrayList<>());
    }

    @Override
    public void stalled(String reason) {
        lines.add("stalled: " + reason);
    }

    @Override
    public void resumed() {
        lines.add("resumed");
    }

    @Override
    public void failed(Throwable cause) {
        lines.add("failed: " + cause.getMessage());
    }

    @Override
    public void deleted(String segment) {
        lines.add("deleted: " + segment);
    }

    @Override
    public void retentionFailed(IOException cause) {
        lines.add("retention failed: " + cause.getMessage());
    }
}
