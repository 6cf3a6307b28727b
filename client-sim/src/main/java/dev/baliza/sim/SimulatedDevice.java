package dev.baliza.sim;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.FrameSealer;
import dev.baliza.sim.device.Channels;
import dev.baliza.sim.device.Defects;
import dev.baliza.sim.device.DeviceClock;
import dev.baliza.sim.device.Plan;
import dev.baliza.sim.device.Vault;
import dev.baliza.sim.device.VirtualDevice;
import dev.baliza.sim.fault.FaultyWire;
import dev.baliza.sim.report.DeviceRun;
import dev.baliza.sim.scenario.Fault;
import dev.baliza.sim.scenario.Faults;
import dev.baliza.sim.scenario.Scenario;
import dev.baliza.sim.transport.Link;
import dev.baliza.sim.transport.NetworkStack;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A virtual device with its faults and its socket. Thread: its loop's. */
final class SimulatedDevice implements Link.Owner {
    private final VirtualDevice device;
    private final Link link;
    private final FaultyWire out;
    private final FaultyWire back;
    private final LongSupplier clockMicros;
    private final Place place;
    private final @Nullable Vault vault;
    private final Random random;
    private final double rebinds;
    private long nextRebindMicros;
    private boolean wasUp;

    /**
     * Where a device lives.
     *
     * @param sealer of the loop
     * @param fresh boot nonces: new at every boot, whatever the seed of the run, else a second run would be the same life
     */
    record Place(
            NetworkStack stack, EventLoop loop, SecureRandom fresh, FrameSealer sealer, LongSupplier clockMicros) {}

    /** @param board 0, or 1 for a clone of the device */
    SimulatedDevice(Scenario scenario, int index, int board, Place place, LongConsumer ackLatencyMicros) {
        this.place = place;
        this.clockMicros = place.clockMicros;
        Faults faults = scenario.faults();
        boolean tcp = scenario.transport().isTcp(index);
        long seed = scenario.seed() * 1_000_003 + index + board * 500_009L;
        long interval = scenario.interval().toNanos() / 1_000;
        random = new Random(seed ^ 0x5EED);
        rebinds = faults.rate(Fault.REBIND);
        link = new Link(place.stack, place.loop, scenario.server(), tcp, scenario.tls(), this);
        out = new FaultyWire(faults, seed, link, clockMicros);
        back = FaultyWire.back(faults, seed + 1, this::deliver, clockMicros);
        long now = clockMicros.getAsLong();
        Plan plan = new Plan(
                Channels.set(scenario.channels(), interval / 1_000),
                scenario.encoding().isColumns(index),
                Channels.named(scenario.channels(), interval / 1_000),
                interval,
                scenario.batch(),
                1 + (int) Math.floorMod(seed * 31, (long) scenario.batch()),
                scenario.delivery() == Scenario.Delivery.RELIABLE,
                tcp,
                !tcp || faults.any(),
                tcp ? Limits.MAX_FRAME_BYTES : Limits.DEFAULT_DATAGRAM_BYTES,
                Plan.MAX_LIFE_FRAMES,
                clock(scenario, index, now),
                defects(scenario, index));
        DeviceKey key = scenario.keys().newest(Names.deviceId(scenario.deviceName(index)));
        vault = key == null ? null : new Vault(key, place.sealer);
        Supplier<BootNonce> nonces = () -> new BootNonce(place.fresh.nextLong(), place.fresh.nextLong());
        long phase = Math.floorMod(seed * 7_919, interval);
        device = new VirtualDevice(
                scenario.deviceName(index), plan, seed, nonces, now + phase, out, vault, ackLatencyMicros);
        device.chat(scenario.events());
    }

    /** Whether the dice of the run gave this device a fault for its whole life. */
    static boolean isChosen(Scenario scenario, Fault fault, int index) {
        double rate = scenario.faults().rate(fault);
        return rate > 0 && new Random(scenario.seed() * 31 + index * 1_009L + fault.ordinal()).nextDouble() < rate;
    }

    private static DeviceClock clock(Scenario scenario, int index, long nowMicros) {
        if (!isChosen(scenario, Fault.SKEW, index)) {
            return DeviceClock.right();
        }
        Random dice = new Random(scenario.seed() * 17 + index);
        return switch (dice.nextInt(3)) {
            case 0 -> DeviceClock.neverSet(nowMicros);
            case 1 -> DeviceClock.skewed(nowMicros, 0, dice.nextInt(400) - 200);
            default -> DeviceClock.skewed(nowMicros, dice.nextInt(600) * 1_000_000L, 20);
        };
    }

    private static Defects defects(Scenario scenario, int index) {
        Faults faults = scenario.faults();
        return new Defects(
                faults.rate(Fault.NAN),
                faults.rate(Fault.SPIKE),
                isChosen(scenario, Fault.STUCK, index),
                faults.rate(Fault.REBOOT),
                faults.rate(Fault.REFLASH),
                index / 2 % 2 == 0);
    }

    EventLoop loop() {
        return place.loop;
    }

    void open() {
        link.open();
    }

    void tick(long nowMicros) {
        if (rebinds > 0 && nowMicros >= nextRebindMicros) {
            if (nextRebindMicros > 0
                    && random.nextDouble() < rebinds
                    && device.phase().compareTo(VirtualDevice.Phase.CLOSING) < 0) {
                link.rebind();
            }
            nextRebindMicros = nowMicros + 1_000_000;
        }
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
        if (wasUp && link.isStream()) {
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
        if (!isWhole(bytes)) {
            return; // damaged on the way back
        }
        Frame outer = new Frame().wrap(bytes, 0, bytes.limit());
        Frame frame = vault == null ? outer : vault.open(outer, device.openEpochs(outer.sequenced()));
        if (frame == null) {
            return; // not for this board, or not from the server
        }
        try {
            frame.readExtensions();
            MessageType type = frame.type();
            if (type == null) {
                return;
            }
            Message message = MessageCodec.read(type, frame.payload());
            if (type.sequenced()) {
                device.hear(frame.epoch(), frame.seq(), frame.back(), message);
            } else {
                device.receive(message, clockMicros.getAsLong());
            }
        } catch (ProtocolException e) {
            device.complain("the server sent a malformed " + frame + ": " + e.getMessage());
        }
    }

    private boolean isWhole(ByteBuffer bytes) {
        try {
            int length = FrameCodec.frameLengthInDatagram(bytes, 0, bytes.limit());
            Frame frame = new Frame().wrap(bytes, 0, length);
            return length == bytes.limit()
                    && frame.has(Frame.SEALED) == (vault != null)
                    && (vault != null || frame.checksumMatches());
        } catch (ProtocolException e) {
            return false;
        }
    }

    VirtualDevice device() {
        return device;
    }

    DeviceRun result() {
        return new DeviceRun(
                device,
                link.written() - device.replays(),
                link.datagrams(),
                link.damaged(),
                device.replays(),
                link.cuts());
    }

    void close() {
        link.close();
    }
}
