package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import java.util.function.Function;

/** All devices in one shard, which has no thread but the caller's. */
record OneShard(Shard shard) implements Shards {
    @Override
    public int count() {
        return 1;
    }

    @Override
    public Shard owner(long device) {
        return shard;
    }

    @Override
    public <T> T ask(int number, Function<Shard, T> question) {
        return question.apply(shard);
    }
}
