package dev.baliza.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link Disk} that grows at its end. */
public interface DiskFile extends Closeable {
    long size() throws IOException;

    /** Writes all that remains of the buffer at the end; after an exception part of it may be there. */
    void append(ByteBuffer bytes) throws IOException;

    /** Writes all that remains of the buffer over what stands from this offset on; it may not go beyond the end. */
    void overwrite(ByteBuffer bytes, long offset) throws IOException;

    /** Reads until the buffer or the file ends; returns the number of bytes, 0 at the end. */
    int read(ByteBuffer into, long offset) throws IOException;

    /** Cuts the file; what is appended next begins at this size. */
    void truncate(long size) throws IOException;

    /** Returns when all bytes written before it survive a loss of power. */
    void sync() throws IOException;
}
