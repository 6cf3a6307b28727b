package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.TimeUnit;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.DeviceSeries;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which descriptions readings can name, now and after a restart. SPEC §7.2. */
class ChannelSetsTest {
    private static final int MANY = Limits.MAX_OLD_SETS + 3;

    private final ChannelSets sets = new ChannelSets();
    private final DeviceSeries series = series();

    private static DeviceSeries series() {
        return new Aggregator(new Families(100, 100), SeriesRules.DEFAULT, 0).newDevice("device");
    }

    /** Under one slot. */
    private static ChannelSet set(int number) {
        ChannelDescription channel = ChannelDescription.gauge(0, SensorType.I32, "items", "name" + number, "");
        return new ChannelSet(0, TimeUnit.MILLISECONDS, List.of(channel));
    }

    private static int hash(int number) {
        return DescribeCodec.hash(set(number));
    }

    private static ChannelSets image(ChannelSets of) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        of.save(new DataOutputStream(bytes));
        ChannelSets loaded = new ChannelSets();
        loaded.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), series());
        return loaded;
    }

    @Test
    void theLastReplacedOnesAreFound() throws IOException {
        for (int i = 0; i < MANY; i++) {
            sets.put(set(i), hash(i), series);
        }
        for (ChannelSets each : List.of(sets, image(sets))) {
            assertThat(each.find(hash(MANY - 1))).isNotNull();
            assertThat(each.find(hash(2))).isNotNull();
            assertThat(each.find(hash(1))).isNull();
        }
    }

    @Test
    void anImageHasWhatFramesBeforeDescriptionsThatWaitMayName() throws IOException {
        for (int i = 0; i < MANY; i++) {
            sets.putAhead(set(i), hash(i), series);
        }
        assertThat(sets.find(hash(0))).as("now it is too old").isNull();
        assertThat(image(sets).find(hash(0)))
                .as("frames of before are replayed")
                .isNotNull();

        for (int i = 0; i < MANY; i++) {
            sets.committed();
        }
        assertThat(image(sets).find(hash(0))).isNull();
    }
}
