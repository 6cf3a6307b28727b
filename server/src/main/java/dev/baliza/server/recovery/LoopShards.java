package dev.baliza.server.recovery;

import dev.baliza.server.session.Shard;
import dev.baliza.server.transport.ShardLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The shards of event loops. Thread: any but a loop's. */
record LoopShards(List<ShardLoop> loops) implements Shards {
    @Override
    public int count() {
        return loops.size();
    }

    @Override
    public Shard owner(long device) {
        return ShardLoop.ownerOf(loops, device).shard();
    }

    @Override
    public <T> T ask(int shard, Function<Shard, T> question) {
        ShardLoop loop = loops.get(shard);
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.run(() -> {
            try {
                answer.complete(question.apply(loop.shard()));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.join();
    }
}
