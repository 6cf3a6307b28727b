package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import dev.baliza.server.books.ClockSample;
import dev.baliza.server.books.ClockView;
import dev.baliza.server.books.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks one device for its time, where there is a proven way to it. Thread: its shard's. Spec: SPEC §6.6. */
final class DeviceClock {
    /** A device that says HELLO again and again is not asked each time. */
    private static final long PAUSE_MICROS = 5_000_000;
    /** Unless the PING before got lost. */
    private static final long RETRY_MICROS = 1_000_000;

    private final Session session;
    private final Route route;
    private final ShardTools tools;
    private @Nullable ClockWatch watch;
    private long epoch = -1;
    private long lastAskedMicros;
    private boolean joined;
    private boolean answered;
    private boolean exported;

    DeviceClock(Session session, Route route, ShardTools tools) {
        this.session = session;
        this.route = route;
        this.tools = tools;
    }

    /** The device listens: it said HELLO, or showed that it gets answers. */
    void join() {
        if (!session.isOfOperator()) {
            tools.clocks().join(this, !joined);
            joined = true;
        }
    }

    /** A HELLO of this epoch came; after a boot what was known is void. */
    void greeted(long ofEpoch) {
        if (epoch != ofEpoch) {
            epoch = ofEpoch;
            watch = null;
        }
        join();
    }

    /** Sends a PING, unless the device is away or was asked just now. */
    void ask(long nowMicros) {
        Peer way = route.unasked();
        boolean answeredLast = watch == null || watch.lastHeardMicros() >= lastAskedMicros;
        if (way == null || nowMicros - lastAskedMicros < (answeredLast ? PAUSE_MICROS : RETRY_MICROS)) {
            return;
        }
        if (way.transport() == Transport.UDP && nowMicros - session.lastSeenMicros() >= Talk.ASLEEP_MICROS) {
            return;
        }
        lastAskedMicros = nowMicros;
        ClockWatch clock = watch == null ? new ClockWatch() : watch;
        watch = clock;
        clock.ask(nowMicros);
        tools.counters().count(SessionEvent.PINGS_SENT);
        tools.replies().send(way, session, new Message.Ping(nowMicros, ByteBuffer.allocate(0)));
    }

    /** Takes a PONG; what answers no PING is counted and forgotten. */
    void heard(Message.Pong pong, long nowMicros) {
        ClockWatch clock = watch;
        ClockWatch.Answer answer =
                clock == null ? ClockWatch.Answer.UNKNOWN : clock.heard(pong.t1(), pong.t2(), pong.t3(), nowMicros);
        tools.counters()
                .count(
                        switch (answer) {
                            case TAKEN -> SessionEvent.PONGS_TAKEN;
                            case UNSET -> SessionEvent.PONGS_UNSET;
                            case UNKNOWN -> SessionEvent.PONGS_UNKNOWN;
                            case IMPOSSIBLE -> SessionEvent.PONGS_IMPOSSIBLE;
                        });
        if (answer == ClockWatch.Answer.TAKEN && !answered) {
            answered = true;
            exported = tools.clocks().slots().take();
        }
    }

    @Nullable
    ClockView view() {
        ClockWatch clock = watch;
        return clock == null ? null : clock.view();
    }

    /** Adds it to what is exported, while the device answers. */
    void sample(List<ClockSample> to, long nowMicros) {
        ClockWatch clock = watch;
        ClockView view = exported && clock != null ? clock.view() : null;
        if (clock != null
                && view != null
                && nowMicros - clock.lastHeardMicros() <= tools.clocks().staleMicros()) {
            to.add(new ClockSample(session.label(), view));
        }
    }
}
