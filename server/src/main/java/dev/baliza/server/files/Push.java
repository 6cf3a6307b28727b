package dev.baliza.server.files;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.transfer.Outgoing;
import dev.baliza.server.session.ReturnPath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/** A file on its way to a device. Confined to one thread, which may wait for the disk. */
final class Push implements Closeable {
    final long device;
    final Outgoing outgoing;
    final CompletableFuture<PushResult> result;
    private final FileChannel bytes;

    Push(long device, Outgoing outgoing, Path file, CompletableFuture<PushResult> result) throws IOException {
        this.device = device;
        this.outgoing = outgoing;
        this.result = result;
        bytes = FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Sends what may go now; at most a window. */
    void pump(ReturnPath back, long nowMicros) throws IOException {
        if (outgoing.takeOffer(nowMicros)) {
            back.send(device, outgoing.offer());
        }
        for (FileRange chunk = outgoing.takeChunk(nowMicros); chunk != null; chunk = outgoing.takeChunk(nowMicros)) {
            ByteBuffer read = ByteBuffer.allocate((int) chunk.bytes());
            while (read.hasRemaining()) {
                if (bytes.read(read, chunk.from() + read.position()) < 0) {
                    throw new IOException("the file has become shorter");
                }
            }
            back.send(device, new FileMessage.Chunk(outgoing.offer().transfer(), chunk.from(), read.flip()));
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
