package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import java.util.function.Function;

/** The shards of a server and the turns they take. Thread: not a shard's own. */
interface Shards {
    int count();

    /** The shard that a device belongs to; only before the first frame. */
    Shard owner(long device);

    /** Asks a shard in a turn of its own, behind what waits for it already; returns the answer. */
    <T> T ask(int shard, Function<Shard, T> question);
}
