package dev.baliza.bench;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;

/** Shards without a server around them: nothing is stored. */
final class Shards {
    private static final long MAX_FUTURE_MICROS = 3_600_000_000L;

    private Shards() {}

    static Shard open() {
        return open(KeyRing.EMPTY);
    }

    /** @param keys of the devices that seal */
    static Shard open(KeyRing keys) {
        return new Shard(
                new ServerIdentity(1, AckLevel.COUNTED, false, false, 65_535, 65_507, 60),
                new Aggregator(new Families(100, 1_000_000), SeriesRules.DEFAULT, MAX_FUTURE_MICROS),
                new NameRegistry(),
                new AddressTokens(new byte[32]),
                () -> keys,
                100_000);
    }
}
