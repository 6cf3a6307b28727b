package dev.baliza.server.store;

import java.io.IOException;
import java.util.List;

/**
 * One flat directory of files: all that the store asks of an operating system, so that tests can take the power away.
 *
 * <p>Thread: any; a {@link DiskFile} belongs to one thread at a time.
 */
public interface Disk {
    /** Names of all files, in no order. */
    List<String> list() throws IOException;

    /** Makes an empty file; it must not exist. Durable after {@link #syncDirectory}. */
    DiskFile create(String name) throws IOException;

    /** Opens a file that exists. */
    DiskFile open(String name) throws IOException;

    /** Size of a file in bytes. */
    long size(String name) throws IOException;

    /** Gives a file another name, at once or not at all; what had that name is gone. Durable after {@link #syncDirectory}. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Bytes that can still be written. */
    long freeBytes() throws IOException;

    /** Returns when all creations, renamings and deletions before it survive a loss of power. */
    void syncDirectory() throws IOException;
}
