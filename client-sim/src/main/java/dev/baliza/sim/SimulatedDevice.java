package dev.baliza.sim;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.sim.device.Channels;
import dev.baliza.sim.device.Plan;
import dev.baliza.sim.device.VirtualDevice;
import dev.baliza.sim.fault.FaultyWire;
import dev.baliza.sim.scenario.Scenario;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A virtual device with its faults and its socket. Thread: its loop's. */
final class SimulatedDevice implements Link.Owner {
    private final VirtualDevice device;
    private final Link link;
    private final FaultyWire out;
    private final FaultyWire back;
    private final LongSupplier clockMicros;
    private boolean wasUp;

    SimulatedDevice(
            Scenario scenario,
            int index,
            NetworkStack stack,
            EventLoop loop,
            SecureRandom fresh,
            LongSupplier clockMicros,
            LongConsumer ackLatencyMicros) {
        this.clockMicros = clockMicros;
        boolean tcp = scenario.transport().isTcp(index);
        long seed = scenario.seed() * 1_000_003 + index;
        long interval = scenario.interval().toNanos() / 1_000;
        link = new Link(stack, loop, scenario.server(), tcp, this);
        out = new FaultyWire(scenario.faults(), seed, link, clockMicros);
        back = FaultyWire.back(scenario.faults(), seed + 1, this::deliver, clockMicros);
        int maxFrameBytes = tcp ? Limits.MAX_FRAME_BYTES : Limits.DEFAULT_DATAGRAM_BYTES;
        int firstBatch = 1 + (int) Math.floorMod(seed * 31, (long) scenario.batch());
        Plan plan = new Plan(
                Channels.set(scenario.channels(), interval / 1_000),
                interval,
                scenario.batch(),
                firstBatch,
                scenario.delivery() == Scenario.Delivery.RELIABLE,
                tcp,
                !tcp || scenario.faults().any(),
                maxFrameBytes,
                Plan.MAX_LIFE_FRAMES);
        // a boot nonce is new at every boot, whatever the seed of the run: else a second run would be the same life
        Supplier<BootNonce> nonces = () -> new BootNonce(fresh.nextLong(), fresh.nextLong());
        long phase = Math.floorMod(seed * 7_919, interval);
        device = new VirtualDevice(
                scenario.deviceName(index), plan, seed, nonces, clockMicros.getAsLong() + phase, out, ackLatencyMicros);
    }

    void open() {
        link.open();
    }

    void tick(long nowMicros) {
        out.release(nowMicros);
        back.release(nowMicros);
        VirtualDevice.Phase before = device.phase();
        device.tick(nowMicros);
        if (before != VirtualDevice.Phase.CLOSING && device.phase() == VirtualDevice.Phase.CLOSING) {
            out.releaseAll(); // nothing may come behind the last PING
        }
        link.flush();
    }

    @Override
    public void onUp() {
        if (wasUp) {
            device.reconnected();
        }
        wasUp = true;
        device.tick(clockMicros.getAsLong());
        link.flush();
    }

    @Override
    public void onFrame(Frame frame) {
        boolean answersPing = frame.type() == MessageType.PONG;
        back.send(frame.whole(), null, answersPing);
    }

    private void deliver(ByteBuffer bytes) {
        Frame frame = new Frame().wrap(bytes, 0, bytes.limit());
        try {
            frame.readExtensions();
            MessageType type = frame.type();
            if (type != null) {
                device.receive(MessageCodec.read(type, frame.payload()), clockMicros.getAsLong());
            }
        } catch (ProtocolException e) {
            device.complain("the server sent a malformed " + frame + ": " + e.getMessage());
        }
    }

    VirtualDevice device() {
        return device;
    }

    /** Frames given to the socket. */
    long written() {
        return link.written();
    }

    void close() {
        link.close();
    }
}
