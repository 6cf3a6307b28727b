package dev.baliza.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.HostileFrames;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Whatever a device sent, its page in the API is JSON, and bounded. */
class HostileDeviceJsonTest {
    private static final long NOW_MICROS = 1_800_000_000_000_000L;
    /** 256 channels of up to four series, each with a kilobyte of text at most: far above what is seen. */
    private static final int MAX_BYTES = 1_500_000;

    @Test
    void noFrameBreaksTheJsonOfItsDevice() throws IOException {
        Shard shard = new Shard(
                new ServerIdentity(1, AckLevel.COUNTED, false, false, 65_535, 65_507, 60),
                new Aggregator(new Families(1_000, 100_000), SeriesRules.DEFAULT, 3_600_000_000L),
                new NameRegistry(),
                new AddressTokens(new byte[32]),
                () -> KeyRing.EMPTY,
                1_000);
        Peer peer =
                new Peer(Transport.TCP, new InetSocketAddress("127.0.0.1", 40_001), (to, header, message, seal) -> {});
        HostileFrames frames = new HostileFrames(7);
        for (int i = 0; i < 20_000; i++) {
            shard.onFrame(HostileFrames.frame(frames.next()), peer, NOW_MICROS + i);
        }
        ObjectMapper mapper = new ObjectMapper();
        int texts = 0;
        for (DeviceView device : shard.devices(0, 1_000, true)) {
            ByteBuf json = Json.encode(g -> DeviceJson.write(g, device, true));
            try {
                assertThat(json.readableBytes()).isLessThan(MAX_BYTES);
                byte[] bytes = new byte[json.readableBytes()];
                json.readBytes(bytes);
                JsonNode series = mapper.readTree(bytes).path("series");
                assertThat(series).hasSameSizeAs(device.series());
                for (JsonNode one : series) {
                    texts += one.path("text").isTextual() ? 1 : 0;
                }
            } finally {
                json.release();
            }
        }
        assertThat(texts).isGreaterThan(100);
    }
}
