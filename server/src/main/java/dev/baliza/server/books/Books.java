package dev.baliza.server.books;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The read side of the server. Thread: any; the futures complete on a thread of the server, so do not block there. */
public interface Books {
    /** Counters, ledger totals and series of all shards, merged. */
    CompletableFuture<Snapshot> snapshot();

    /**
     * Devices in unsigned order of their ids.
     *
     * @param after id to start behind; 0 for the beginning
     * @param limit most devices to return
     * @param withSeries whether to fill {@link DeviceView#series()}
     */
    CompletableFuture<List<DeviceView>> devices(long after, int limit, boolean withSeries);

    /** One device, by its label or name, or by 16 hexadecimal digits. */
    CompletableFuture<Optional<DeviceView>> device(String labelOrHex);

    /** What one device said and was told; named as for {@link #device}. */
    CompletableFuture<Optional<TalkView>> talk(String labelOrHex);
}
