package dev.baliza.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * A disk in memory that can lose its power at any call. What was not synced is then there, not there, or there in part: sectors are
 * kept or lost one by one, one of them is torn, and the directory has forgotten its last changes. Deterministic from its seed.
 */
public final class SimulatedDisk implements Disk {
    private static final int SECTOR_BYTES = 64; // small, so that records are torn too

    private static final int BLOCK_BYTES = 4_096;

    /** The power is gone; {@link #restart} brings it back. */
    public static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Content as the system's cache has it, and as it is on the platter. */
    private static final class Inode {
        private byte[] cached = new byte[0];
        private byte[] durable = new byte[0];
        private final BitSet dirty = new BitSet();
        private final BitSet spoiled = new BitSet();
    }

    private final Random random;
    private Map<String, Inode> names = new HashMap<>();
    private Map<String, Inode> durableNames = new HashMap<>();
    private final List<Map<String, Inode>> unsyncedNames = new ArrayList<>();

    private long capacity = Long.MAX_VALUE;
    private boolean hidesFullness;
    private long callsToCut = Long.MAX_VALUE;
    private int failingSyncs;
    private int failingWrites;
    private long calls;
    private long fileSyncs;
    private long syncs;
    private int life;

    public SimulatedDisk(long seed) {
        random = new Random(seed);
    }

    /** Cuts the power in the middle of the n-th changing call from now on. */
    public void cutAfter(long changingCalls) {
        callsToCut = calls + changingCalls;
    }

    /** Whether it has no power now. */
    public boolean isCut() {
        return calls >= callsToCut;
    }

    /** Changing calls so far. */
    public long calls() {
        return calls;
    }

    /** Files synced so far. */
    long fileSyncs() {
        return fileSyncs;
    }

    /** How often what is on the platter may have changed. */
    long syncs() {
        return syncs;
    }

    /** Names that a loss of power leaves, whenever it comes. */
    Set<String> durableNames() {
        return durableNames.keySet();
    }

    /** What a loss of power leaves of such a file at least. */
    byte[] durable(String name) {
        return Objects.requireNonNull(durableNames.get(name)).durable;
    }

    /** All that is free from now on; {@code hidden}: only a write finds out. */
    public void capacity(long bytes, boolean hidden) {
        capacity = bytes;
        hidesFullness = hidden;
    }

    public void failSyncs(int count) {
        failingSyncs = count;
    }

    public void failWrites(int count) {
        failingWrites = count;
    }

    public byte[] content(String name) throws IOException {
        return inode(name).cached.clone();
    }

    /** Puts a file there, on the platter. */
    public void put(String name, byte[] content) {
        Inode inode = new Inode();
        inode.cached = content.clone();
        inode.durable = content.clone();
        names.put(name, inode);
        durableNames.put(name, inode);
    }

    /** Flips one bit, on the platter. */
    public void flip(String name, int offset, int bit) throws IOException {
        Inode inode = inode(name);
        inode.cached[offset] ^= (byte) (1 << bit);
        inode.durable[offset] = inode.cached[offset];
    }

    /** No byte of this block can be read any more. */
    public void spoil(String name, int offset) throws IOException {
        inode(name).spoiled.set(offset / BLOCK_BYTES);
    }

    /** The process is killed: open files are closed, the system lives on. */
    public void kill() {
        life++;
        callsToCut = Long.MAX_VALUE;
    }

    /** The power was cut, and comes back. */
    public void restart() {
        kill();
        unsyncedNames.add(0, durableNames);
        names = new HashMap<>(unsyncedNames.get(random.nextInt(unsyncedNames.size())));
        unsyncedNames.clear();
        durableNames = new HashMap<>(names);
        names.values().forEach(this::loseUnsynced);
        syncs++;
    }

    /** What a new machine would find: all that was synced, and nothing else. */
    public SimulatedDisk afterLoss() {
        SimulatedDisk copy = new SimulatedDisk(0);
        durableNames.forEach((name, inode) -> copy.put(name, inode.durable));
        return copy;
    }

    private void loseUnsynced(Inode inode) {
        int shorter = Math.min(inode.durable.length, inode.cached.length);
        int longer = Math.max(inode.durable.length, inode.cached.length);
        byte[] left = Arrays.copyOf(inode.durable, shorter + random.nextInt(longer - shorter + 1));
        int mode = random.nextInt(4);
        int kept = random.nextInt(inode.dirty.cardinality() + 1);
        int seen = 0;
        for (int sector = inode.dirty.nextSetBit(0); sector >= 0; sector = inode.dirty.nextSetBit(sector + 1)) {
            boolean keep = switch (mode) {
                case 0 -> false;
                case 1 -> seen < kept; // in order
                case 2 -> seen >= kept; // the later ones
                default -> random.nextBoolean();
            };
            seen++;
            int from = sector * SECTOR_BYTES;
            int bytes = Math.min(SECTOR_BYTES, inode.cached.length - from);
            if (seen == kept) {
                bytes = random.nextInt(bytes + 1); // torn
            }
            if (keep && bytes > 0) {
                left = Arrays.copyOf(left, Math.max(left.length, from + bytes));
                System.arraycopy(inode.cached, from, left, from, bytes);
            }
        }
        inode.dirty.clear();
        inode.cached = left;
        inode.durable = left.clone();
    }

    private boolean step() {
        calls++;
        if (calls > callsToCut) {
            throw new PowerCut();
        }
        return calls == callsToCut;
    }

    private void changeNames(Runnable change) {
        if (step() && random.nextBoolean()) {
            throw new PowerCut();
        }
        change.run();
        unsyncedNames.add(new HashMap<>(names));
        if (calls == callsToCut) {
            throw new PowerCut();
        }
    }

    private Inode inode(String name) throws IOException {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new NoSuchFileException(name);
        }
        return inode;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public DiskFile create(String name) throws IOException {
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        changeNames(() -> names.put(name, new Inode()));
        return new Open(inode(name), life);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Open(inode(name), life);
    }

    @Override
    public long size(String name) throws IOException {
        return inode(name).cached.length;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Inode inode = inode(from);
        changeNames(() -> {
            names.remove(from);
            names.put(to, inode);
        });
    }

    @Override
    public void delete(String name) throws IOException {
        inode(name);
        changeNames(() -> names.remove(name));
    }

    @Override
    public long freeBytes() {
        return hidesFullness ? Long.MAX_VALUE : capacity;
    }

    @Override
    public void syncDirectory() throws IOException {
        if (step()) {
            throw new PowerCut();
        }
        failSync();
        durableNames = new HashMap<>(names);
        unsyncedNames.clear();
        syncs++;
    }

    private void failSync() throws IOException {
        if (failingSyncs > 0) {
            failingSyncs--;
            throw new IOException("simulated fault of a sync");
        }
    }

    private final class Open implements DiskFile {
        private final Inode inode;
        private final int born;
        private boolean closed;

        Open(Inode inode, int born) {
            this.inode = inode;
            this.born = born;
        }

        private void check() throws IOException {
            if (closed || born != life) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public long size() throws IOException {
            check();
            return inode.cached.length;
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            check();
            boolean cut = step();
            boolean fault = failingWrites > 0;
            int all = bytes.remaining();
            int room = (int) Math.min(all, capacity);
            int written = cut || fault ? random.nextInt(room + 1) : room;
            if (capacity != Long.MAX_VALUE) {
                capacity -= written;
            }
            int start = inode.cached.length;
            inode.cached = Arrays.copyOf(inode.cached, start + written);
            bytes.get(inode.cached, start, written);
            if (written > 0) {
                inode.dirty.set(start / SECTOR_BYTES, (start + written - 1) / SECTOR_BYTES + 1);
            }
            if (cut) {
                throw new PowerCut();
            }
            if (fault) {
                failingWrites--;
                throw new IOException("simulated fault of a write");
            }
            if (written < all) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void overwrite(ByteBuffer bytes, long offset) throws IOException {
            check();
            boolean cut = step();
            int all = bytes.remaining();
            int written = cut ? random.nextInt(all + 1) : all;
            if (written > 0) {
                bytes.get(inode.cached, (int) offset, written);
                inode.dirty.set((int) offset / SECTOR_BYTES, ((int) offset + written - 1) / SECTOR_BYTES + 1);
            }
            if (cut) {
                throw new PowerCut();
            }
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            check();
            int bytes = (int) Math.max(0, Math.min(into.remaining(), inode.cached.length - offset));
            int bad = inode.spoiled.nextSetBit((int) offset / BLOCK_BYTES);
            if (bad >= 0 && (long) bad * BLOCK_BYTES < offset + bytes) {
                throw new IOException("simulated bad block");
            }
            into.put(inode.cached, bytes == 0 ? 0 : (int) offset, bytes);
            return bytes;
        }

        @Override
        public void truncate(long size) throws IOException {
            check();
            if (step()) {
                throw new PowerCut();
            }
            if (capacity != Long.MAX_VALUE) {
                capacity += inode.cached.length - size;
            }
            inode.cached = Arrays.copyOf(inode.cached, (int) size);
            int end = (int) ((size + SECTOR_BYTES - 1) / SECTOR_BYTES);
            inode.dirty.clear(end, Math.max(end, inode.dirty.length()));
        }

        @Override
        public void sync() throws IOException {
            check();
            fileSyncs++;
            boolean cut = step();
            if (cut && random.nextBoolean()) {
                throw new PowerCut();
            }
            if (failingSyncs > 0) {
                inode.dirty.clear(); // as Linux does: the next sync will be a success, the bytes are gone
            }
            failSync();
            byte[] synced = Arrays.copyOf(inode.durable, inode.cached.length);
            inode.dirty.stream().forEach(sector -> {
                int from = sector * SECTOR_BYTES;
                System.arraycopy(inode.cached, from, synced, from, Math.min(SECTOR_BYTES, synced.length - from));
            });
            inode.durable = synced;
            inode.dirty.clear();
            syncs++;
            if (cut) {
                throw new PowerCut();
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
