package dev.baliza.server.simulation;

import dev.baliza.server.books.EpochView;
import dev.baliza.server.recovery.StoreDriver;
import dev.baliza.server.store.Platter;
import dev.baliza.server.store.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One run: devices, a wire, a server that dies and comes back, and an end without faults at which all must be settled. */
final class World {
    private static final int FIRST_PORT = 10_000;
    private static final long SETTLE_NANOS = 400 * Schedule.SECOND;
    private static final long DRAIN_NANOS = 420 * Schedule.SECOND;

    private final Schedule schedule = new Schedule();
    private final Random random;
    private final Truth truth;
    private final Checks checks;
    private final List<VirtualDevice> devices = new ArrayList<>();
    private final List<Antenna> antennas = new ArrayList<>();
    private final Wire wire;
    private final SimulatedDisk disk;
    private final VirtualServer server;
    private static final int MAX_DEVICES = 6;
    private static final Trouble[] MEANWHILE = {
        Trouble.KILL,
        Trouble.POWER_CUT,
        Trouble.SNAPSHOT,
        Trouble.SNAPSHOT,
        Trouble.REBOOT,
        Trouble.CLOCK,
        Trouble.CLOCK,
        Trouble.CLOCK
    };

    private int nextPort = FIRST_PORT;
    private long nextId = 1;
    private boolean calm;
    private boolean keepsPower;

    World(long seed) throws IOException {
        random = new Random(seed * 0x9E37_79B9L + 1);
        disk = new SimulatedDisk(random.nextLong());
        wire = new Wire(schedule, new Random(random.nextLong()));
        Platter platter = new Platter(disk);
        truth = new Truth(platter);
        checks = new Checks(truth);
        server = new VirtualServer(
                schedule, new Random(random.nextLong()), disk, platter, checks, wire::releaseLate, this::serverFails);
        wire.loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
        wire.duplication = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.5;
        wire.corruption = random.nextInt(3) == 0 ? 0.02 : 0;
        wire.lateness = random.nextInt(2) == 0 ? 0 : random.nextDouble() * (random.nextBoolean() ? 0.1 : 0.4);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            add(nextId++, Profile.random(random));
        }
    }

    private void add(long id, Profile profile) {
        Antenna antenna = new Antenna(wire, server, new Random(random.nextLong()), profile.stream(), nextPort++);
        antennas.add(antenna);
        long firstEpoch = 1L + random.nextInt(50);
        devices.add(
                new VirtualDevice(id, profile, antenna, schedule, truth, new Random(random.nextLong()), firstEpoch));
    }

    /** Lives through it; what is broken is thrown. */
    void run() throws IOException {
        long active = (5L + random.nextInt(40)) * Schedule.SECOND;
        if (random.nextInt(6) == 0) {
            active += 100 * Schedule.SECOND;
        }
        int troubles = random.nextInt(14);
        int kinds = 1 + random.nextInt(Trouble.values().length);
        Trouble[] some = new Trouble[kinds];
        for (int i = 0; i < kinds; i++) {
            some[i] = Trouble.values()[random.nextInt(Trouble.values().length)];
        }
        for (int i = 0; i < troubles; i++) {
            Trouble trouble = some[random.nextInt(kinds)];
            schedule.in((long) (random.nextDouble() * active), () -> trouble(trouble));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            schedule.in((long) (random.nextDouble() * active), server::takeSnapshot);
        }
        runUntil(active);
        end();
    }

    private void runUntil(long nanos) {
        while (schedule.next(nanos)) {
            // every event checks what it has changed
        }
    }

    long number() {
        return schedule.number();
    }

    Map<String, Long> happened() {
        return checks.happened();
    }

    /** What can go wrong. */
    private enum Trouble {
        POWER_CUT,
        KILL,
        STOP,
        FAILED_SYNC,
        FAILED_WRITES,
        FULL_DISK,
        CLOCK,
        PARTITION,
        REBOOT,
        RESTORED_BACKUP,
        NAT,
        CLONE,
        BULK,
        GAP,
        OVERRUN,
        BROKEN_STREAMS,
        SNAPSHOT,
        SLOW_DISK,
        JAM,
        RESET,
        NEW_DEVICE
    }

    private void trouble(Trouble trouble) {
        if (calm) {
            return;
        }
        checks.count(trouble.name());
        VirtualDevice device = devices.get(random.nextInt(devices.size()));
        Antenna antenna = antennas.get(random.nextInt(antennas.size()));
        long some = (long) (random.nextDouble() * 20 * Schedule.SECOND);
        switch (trouble) {
            case POWER_CUT -> disk.cutAfter(1 + random.nextInt(12));
            case KILL -> {
                if (server.isUp()) {
                    dies(false);
                }
            }
            case STOP -> {
                if (server.isUp()) {
                    server.stop();
                    if (!server.isUp()) {
                        startLater(some);
                    }
                }
            }
            case FAILED_SYNC -> {
                disk.failSyncs(1);
                keepsPower = random.nextBoolean();
            }
            case FAILED_WRITES -> disk.failWrites(1 + random.nextInt(3));
            case FULL_DISK -> {
                disk.capacity(random.nextInt(20_000), random.nextBoolean());
                schedule.in(some, () -> disk.capacity(Long.MAX_VALUE, false));
            }
            case CLOCK -> schedule.jump((random.nextInt(3) - 1L) * random.nextInt(2_000) * 1_000_000L);
            case PARTITION -> {
                antenna.cut = true;
                schedule.in(some, () -> antenna.cut = false);
            }
            case REBOOT -> device.reboot();
            case RESTORED_BACKUP -> device.restoreBackup();
            case NAT -> antenna.rebind(nextPort++);
            case CLONE -> {
                if (devices.size() < MAX_DEVICES) {
                    add(device.id, device.profile().withoutMemory());
                }
            }
            case BULK -> device.burst(2 + random.nextInt(20), 5_000 + random.nextInt(15_000));
            case GAP -> {
                device.skip(random.nextInt(3_000));
                device.burst(1 + random.nextInt(10), 0);
            }
            case OVERRUN -> device.overrun();
            case BROKEN_STREAMS -> wire.breakStreams();
            case SNAPSHOT -> server.takeSnapshot();
            case SLOW_DISK -> slowDisk(some);
            case JAM -> jam(some);
            case RESET -> reset(device);
            case NEW_DEVICE -> {
                if (devices.size() < MAX_DEVICES) {
                    add(nextId++, Profile.random(random));
                }
            }
        }
    }

    /** What waits for the disk waits long, and something more happens meanwhile. */
    private void slowDisk(long nanos) {
        server.slow((long) (random.nextDouble() * 3 * Schedule.SECOND));
        schedule.in(nanos, () -> server.slow(0));
        for (int i = random.nextInt(7); i > 0; i--) {
            Trouble more = MEANWHILE[random.nextInt(MEANWHILE.length)];
            schedule.in((long) (random.nextDouble() * nanos), () -> trouble(more));
        }
    }

    /** The disk takes nothing, and the devices do not stop: what they send has no room to wait. */
    private void jam(long nanos) {
        disk.capacity(0, false);
        schedule.in(nanos, () -> disk.capacity(Long.MAX_VALUE, false));
        devices.forEach(device -> device.burst(30, 2_000 + random.nextInt(10_000)));
        devices.forEach(device -> device.burst(10, 300));
        for (int i = 0; i < 2; i++) {
            schedule.in(random.nextInt(2_000) * Schedule.MILLI, () -> trouble(Trouble.NEW_DEVICE));
        }
    }

    /** Only of one board, which counts its epochs: others would go on in those that are forgotten, or be given one of them. */
    private void reset(VirtualDevice device) {
        long boards = devices.stream().filter(other -> other.id == device.id).count();
        if (server.isUp() && boards == 1 && device.countsBoots()) {
            server.of(device.id).reset(device.id, schedule.wallMicros());
            device.writeAnew();
        }
    }

    /** The power went, or a sync failed, after which the process ends, and it may be that nothing else does. */
    private void serverFails() {
        boolean power = disk.isCut() || !keepsPower;
        checks.count(power ? "lost power" : "ended by a failed sync");
        dies(power);
    }

    private void dies(boolean power) {
        server.die();
        wire.breakStreams();
        if (power) {
            disk.restart();
        } else {
            disk.kill();
        }
        startLater((long) (random.nextDouble() * 3 * Schedule.SECOND));
    }

    private void startLater(long nanos) {
        schedule.in(nanos, () -> {
            try {
                if (!server.isUp()) {
                    server.restart();
                }
            } catch (SimulatedDisk.PowerCut e) {
                disk.restart();
                startLater(Schedule.SECOND);
            } catch (IOException e) {
                startLater(Schedule.SECOND);
            }
        });
    }

    /** No more faults: all that reliable devices hold is settled, and the books are what the disk says. */
    private void end() throws IOException {
        calm = true;
        wire.quiet();
        disk.cutAfter(Long.MAX_VALUE / 2);
        server.slow(0);
        disk.failSyncs(0);
        disk.failWrites(0);
        disk.capacity(Long.MAX_VALUE, false);
        antennas.forEach(antenna -> antenna.cut = false);
        runUntil(schedule.nanos() + 2 * Schedule.SECOND); // a disk that was full has been tried again
        devices.forEach(VirtualDevice::finish);
        long latest = schedule.nanos() + SETTLE_NANOS;
        while (!(server.isUp() && devices.stream().allMatch(VirtualDevice::isDone)) && schedule.next(latest)) {
            // goes on
        }
        for (VirtualDevice device : devices) {
            Broken.unless(device.isDone(), "liveness", "%s is not settled", device);
        }
        runUntil(schedule.nanos() + Schedule.SECOND);
        compare();
        devices.forEach(this::knowsTheTail);
        runUntil(schedule.nanos() + DRAIN_NANOS);
        compare();
        server.die();
        disk.kill();
        server.restart();
    }

    private void compare() throws IOException {
        while (!server.isIdle() && schedule.next(schedule.nanos() + Schedule.SECOND)) {
            // a frame that was long on the way may just have come
        }
        checks.compare(server);
    }

    /** After its last PING the server knows how many frames a device has made. */
    private void knowsTheTail(VirtualDevice device) {
        int shard = StoreDriver.ownerOf(device.id, VirtualServer.SHARDS);
        for (EpochView epoch :
                server.shard(shard).device(device.id).orElseThrow().epochs()) {
            if (epoch.epoch() == device.current().epoch) {
                Broken.unless(
                        epoch.next() == device.current().nextSeq,
                        "I4",
                        "device %d has made %d frames: %s",
                        device.id,
                        device.current().nextSeq,
                        epoch);
            }
        }
    }
}
