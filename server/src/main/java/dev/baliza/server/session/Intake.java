package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.TimeMode;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.BatchTime;
import dev.baliza.server.aggregate.DeviceSeries;

/**
 * What the accepted frames of one device say: descriptions, readings, talk. It neither numbers nor answers. Thread: its shard's. Spec:
 * SPEC §5.8, §7.
 */
final class Intake {
    /** 2000-01-01; earlier times mean a clock that was never set (SPEC §7.3.3). */
    private static final long CLOCK_SET_MICROS = 946_684_800_000_000L;

    private final Shard.Tools tools;
    private final DeviceSeries series;
    private final Talk talk;
    private final ChannelSets sets = new ChannelSets();
    private BootClock bootClock = new BootClock();
    private long clockToldEpoch;
    private long readings;

    Intake(Shard.Tools tools, DeviceSeries series, Talk talk) {
        this.tools = tools;
        this.series = series;
        this.talk = talk;
    }

    /** Readings of accepted and unaccounted frames. */
    long readings() {
        return readings;
    }

    /** A HELLO or HEARTBEAT tells how long ago the device booted. */
    void anchor(long epoch, long bootMicros) {
        bootClock.anchor(epoch, bootMicros);
    }

    /** Reads and checks a frame; changes nothing. */
    Content read(Frame frame) throws ProtocolException, Refusal {
        return Content.read(frame, sets);
    }

    /** Applies what was read; returns whether the device should be told that its clock was never set. */
    boolean apply(Content content, Frame frame, Peer peer, long nowMicros) {
        if (content instanceof Content.Description description) {
            sets.put(description.set(), description.hash(), series);
            return false;
        }
        tools.trace().content(content);
        if (content instanceof Content.Said said) {
            talk.heard(said.message(), happened(said.message(), frame.epoch(), nowMicros), nowMicros);
            return false;
        }
        readings += content.readings();
        tools.counters().countReadings(peer.transport(), content.readings());
        long bootMicros = content.mode() == TimeMode.SINCE_BOOT
                ? bootClock.bootMicros(frame.epoch(), nowMicros, content.newestMicros())
                : 0;
        BatchTime time = new BatchTime(content.mode(), nowMicros, bootMicros);
        Aggregator aggregator = tools.aggregator();
        boolean clockUnset = false;
        if (content instanceof Content.Rows rows) {
            clockUnset = aggregator.rows(rows.batch(), rows.set(), time, frame.epoch(), frame.seq());
        } else if (content instanceof Content.Named named) {
            clockUnset = aggregator.named(named.batch(), series, time, frame.epoch(), frame.seq());
        }
        if (clockUnset) {
            tools.trace().why(ErrorCode.CLOCK_UNSET, "the clock was never set; readings are stamped on arrival");
        }
        boolean tell = clockUnset && frame.reliable() && clockToldEpoch != frame.epoch();
        clockToldEpoch = tell ? frame.epoch() : clockToldEpoch;
        return tell;
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

    /** The device's epochs were forgotten: what was known of its clock is void. */
    void forgetClock() {
        bootClock = new BootClock();
        clockToldEpoch = 0;
    }
}
