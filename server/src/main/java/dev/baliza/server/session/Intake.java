package dev.baliza.server.session;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.aggregate.DeviceSeries;
import dev.baliza.server.books.Transport;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the accepted frames of one device say: descriptions, readings, talk. It neither numbers nor answers. Thread: its shard's. Spec:
 * SPEC §5.8, §7.
 */
final class Intake {
    /** 2000-01-01; earlier times mean a clock that was never set (SPEC §7.3.3). */
    private static final long CLOCK_SET_MICROS = 946_684_800_000_000L;

    private final ShardTools tools;
    private final DeviceSeries series;
    private final Talk talk;
    private final ChannelSets sets = new ChannelSets();
    private BootClock bootClock = new BootClock();
    private long clockToldEpoch;
    private long overTcp;
    private long overUdp;

    Intake(ShardTools tools, DeviceSeries series, Talk talk) {
        this.tools = tools;
        this.series = series;
        this.talk = talk;
    }

    /** Readings of accepted and unaccounted frames. */
    long readings() {
        return overTcp + overUdp;
    }

    /** A HELLO or HEARTBEAT tells how long ago the device booted; returns whether that was news. */
    boolean anchor(long epoch, long bootMicros) {
        return bootClock.anchor(epoch, bootMicros);
    }

    /** Puts a description in force before it is committed. */
    void describe(Content.Description description) {
        sets.putAhead(description.set(), description.hash(), series);
    }

    /** A description is committed that was put in force before. */
    void described() {
        sets.committed();
    }

    /** The sets that rows can name now. */
    List<ChannelSet> sets() {
        return sets.all();
    }

    /** Reads and checks a frame; changes nothing. */
    Content read(Frame frame) throws ProtocolException, Refusal {
        return read(frame.type(), frame.typeCode(), frame.payload());
    }

    /** The same for the payload of a record. */
    Content read(@Nullable MessageType type, int typeCode, ByteBuffer payload) throws ProtocolException, Refusal {
        return Content.read(type, typeCode, payload, sets, tools.aggregator().decoder());
    }

    /** Applies what was read; returns whether the device's clock was never set. */
    boolean apply(Content content, long epoch, long seq, Transport transport, long nowMicros) {
        if (content instanceof Content.Description description) {
            sets.put(description.set(), description.hash(), series);
            return false;
        }
        tools.trace().content(content);
        if (content instanceof Content.Said said) {
            talk.heard(said.message(), happened(said.message(), epoch, nowMicros), nowMicros);
            return false;
        }
        count(transport, content.readings());
        Aggregator aggregator = tools.aggregator();
        long bootMicros = content.mode() == TimeMode.SINCE_BOOT
                ? bootClock.bootMicros(epoch, nowMicros, content.newestMicros(aggregator.decoder()))
                : 0;
        BatchTime time = new BatchTime(content.mode(), nowMicros, bootMicros);
        boolean clockUnset = false;
        if (content instanceof Content.Rows rows) {
            clockUnset = aggregator.rows(rows.batch(), rows.set(), time, epoch, seq);
        } else if (content instanceof Content.Named named) {
            clockUnset = aggregator.named(named.batch(), series, time, epoch, seq);
        }
        if (clockUnset) {
            tools.trace().why(ErrorCode.CLOCK_UNSET, "the clock was never set; readings are stamped on arrival");
        }
        return clockUnset;
    }

    private void count(Transport transport, long more) {
        if (transport == Transport.TCP) {
            overTcp += more;
        } else {
            overUdp += more;
        }
        tools.counters().countReadings(transport, more);
    }

    /** Whether the device was not told of its clock in this epoch before; it is now. */
    boolean tellsOfClock(long epoch) {
        boolean first = clockToldEpoch != epoch;
        clockToldEpoch = epoch;
        return first;
    }

    private long happened(Message message, long epoch, long nowMicros) {
        if (!(message instanceof Message.Event event)) {
            return nowMicros;
        }
        return switch (event.mode()) {
            case ON_ARRIVAL -> nowMicros;
            case ABSOLUTE -> event.timeMicros() < CLOCK_SET_MICROS ? nowMicros : event.timeMicros();
            case SINCE_BOOT ->
                epoch >= Limits.EPOCH_LIMIT
                        ? nowMicros
                        : bootClock.bootMicros(epoch, nowMicros, event.timeMicros()) + event.timeMicros();
        };
    }

    /** For a snapshot. */
    void save(DataOutput out) throws IOException {
        bootClock.save(out);
        out.writeLong(clockToldEpoch);
        for (Transport transport : Transport.values()) {
            out.writeLong(transport == Transport.TCP ? overTcp : overUdp);
        }
        series.save(out);
        sets.save(out);
    }

    /** What {@link #save} wrote; only into one that is new. Its readings are counted in the shard's. */
    void load(DataInput in) throws IOException {
        bootClock.load(in);
        clockToldEpoch = in.readLong();
        for (Transport transport : Transport.values()) {
            count(transport, in.readLong());
        }
        tools.aggregator().load(series, in);
        sets.load(in, series);
    }

    /** The device's epochs were forgotten: what was known of its clock is void. */
    void forgetClock() {
        bootClock = new BootClock();
        clockToldEpoch = 0;
    }
}
