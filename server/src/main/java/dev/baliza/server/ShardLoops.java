package dev.baliza.server;

import dev.baliza.protocol.AckLevel;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.DerivedRules;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.downlink.Door;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.ClockSlots;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.tap.TapHub;
import dev.baliza.server.transport.ShardLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The shards of a server, each on an event loop of its own. */
final class ShardLoops {
    private ShardLoops() {}

    /**
     * Opens them and introduces them to each other; before any socket is open.
     *
     * @param instance of this run of the server
     */
    static List<ShardLoop> open(
            ServerConfig config,
            EventLoopGroup group,
            int count,
            Families families,
            long instance,
            KeyStore keys,
            ClockSlots clockSlots,
            TapHub taps,
            LongSupplier clockMicros) {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        ServerIdentity identity = new ServerIdentity(
                instance,
                config.store().enabled() ? AckLevel.STORED : AckLevel.COUNTED,
                config.store().enabled(),
                config.insecure(),
                config.tcp().maxFrameBytes(),
                config.udp().maxDatagramBytes(),
                60);
        NameRegistry names = new NameRegistry();
        SeriesRules rules = SeriesRules.of(
                config.metrics().unknownInterval().toMillis() * 1_000,
                config.metrics().window().toMillis() * 1_000,
                config.metrics().windowed());
        long maxFutureMicros = config.limits().maxFuture().toMillis() * 1_000;
        int devicesPerShard = Math.max(1, config.limits().maxDevices() / count);
        DerivedRules derived = new DerivedRules(
                config.metrics().derived(), config.metrics().derivedMaxAge().toMillis() * 1_000);
        List<ShardLoop> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EventLoop loop = group.next();
            Aggregator aggregator = new Aggregator(families, rules, maxFutureMicros);
            aggregator.use(derived);
            Shard shard = new Shard(identity, aggregator, names, new AddressTokens(secret), keys, devicesPerShard);
            shard.askForTime(config.limits().pingInterval(), clockSlots);
            made.add(new ShardLoop(i, loop, shard, keys, config.insecure(), clockMicros));
        }
        made.forEach(loop -> loop.useTaps(taps));
        return made;
    }

    /** The ways for everybody else to what the shards say to devices. */
    static List<Door> doors(List<ShardLoop> loops) {
        return loops.stream().map(ShardLoops::door).toList();
    }

    private static Door door(ShardLoop loop) {
        return task -> loop.act(now -> task.run(loop.shard(), now));
    }
}
