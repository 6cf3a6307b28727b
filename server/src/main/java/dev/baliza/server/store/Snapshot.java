package dev.baliza.server.store;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * State that makes the journal up to a position unnecessary.
 *
 * @param position all records up to it are in the sections
 * @param sections what they hold is their owners' affair; names of at most 255 bytes
 */
public record Snapshot(long position, long createdMicros, Map<String, ByteBuffer> sections) {
    public Snapshot {
        sections = Map.copyOf(sections);
    }
}
