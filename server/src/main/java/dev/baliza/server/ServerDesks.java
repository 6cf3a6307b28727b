package dev.baliza.server;

import dev.baliza.protocol.Message;
import dev.baliza.server.calc.CalcDesk;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.files.FileDesk;
import dev.baliza.server.files.FileLimits;
import dev.baliza.server.session.Errand;
import dev.baliza.server.session.ReturnPath;
import dev.baliza.server.transport.ShardLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The desks of a server and their way to the shards and back. Thread: any. */
record ServerDesks(FileDesk files, CalcDesk calculations) implements AutoCloseable {
    /** The shards' loops as desks see them. */
    private record Loops(List<ShardLoop> loops) implements ReturnPath {
        @Override
        public void answer(Errand to, Message message) {
            ShardLoop.ownerOf(loops, to.device()).post(shard -> shard.answer(to.device(), to.peer(), message));
        }

        @Override
        public void send(long device, Message message) {
            ShardLoop.ownerOf(loops, device).post(shard -> shard.send(device, message));
        }
    }

    /**
     * Opens the desks and shows the shards to them; before any socket is open.
     *
     * @throws StartException the files' directory cannot be used
     */
    static ServerDesks open(ServerConfig config, List<ShardLoop> loops, MergedBooks books, LongSupplier clockMicros)
            throws StartException {
        ReturnPath back = new Loops(loops);
        ServerConfig.Files limits = config.files();
        Path store = config.store().dir();
        Path directory = store == null ? null : store.resolve("files");
        FileDesk files;
        try {
            files = new FileDesk(
                    directory,
                    new FileLimits(
                            limits.maxBytes(),
                            limits.quotaBytes(),
                            limits.deviceQuotaBytes(),
                            limits.pushBytesPerSecond()),
                    back,
                    clockMicros);
        } catch (IOException e) {
            throw StoreDirectory.failure(Path.of(String.valueOf(directory)), e, System.getProperty("user.name", "?"));
        }
        CalcDesk calculations = new CalcDesk(books, back, clockMicros);
        books.include(files::events, files::gauges);
        books.include(calculations::events, Map::of);
        loops.forEach(loop -> loop.shard().useDesks(files, calculations));
        return new ServerDesks(files, calculations);
    }

    @Override
    public void close() {
        files.close();
        calculations.close();
    }
}
