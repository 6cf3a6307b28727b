package dev.baliza.server.recovery;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.aggregate.Aggregator;
import dev.baliza.server.aggregate.Families;
import dev.baliza.server.aggregate.SeriesRules;
import dev.baliza.server.session.AddressTokens;
import dev.baliza.server.session.NameRegistry;
import dev.baliza.server.session.ServerIdentity;
import dev.baliza.server.session.Shard;
import dev.baliza.server.store.Damage;
import dev.baliza.server.store.DirectoryLock;
import dev.baliza.server.store.Disk;
import dev.baliza.server.store.FileDisk;
import dev.baliza.server.store.JournalReader;
import dev.baliza.server.store.Recovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The data directory of a server that does not run, and its devices as the next start would have them. It is locked while it is open, and
 * nothing but the lock is written. Thread: one.
 */
public final class StoppedStore implements AutoCloseable {
    /** The default of {@code limits.maxFuture}: which readings are skipped depends on it. */
    private static final long MAX_FUTURE_MICROS = 3_600_000_000L;

    private final DirectoryLock lock;
    private final Disk disk;
    private final Set<Damage> damage = new LinkedHashSet<>();
    private final Recovery recovery;
    private final Shard shard = newShard();
    private final long unreadable;

    private StoppedStore(Path directory, DirectoryLock lock) throws IOException {
        this.lock = lock;
        disk = new FileDisk(directory);
        recovery = Recovery.of(disk, damage::add);
        unreadable =
                Restore.of(disk, recovery, new OneShard(shard), damage::add).unreadable();
    }

    /**
     * Opens it and restores the devices.
     *
     * @throws NoSuchFileException there is no directory, or no journal in it
     * @throws dev.baliza.server.store.DirectoryInUseException a server runs there
     */
    public static StoppedStore open(Path directory) throws IOException {
        if (!holdsAJournal(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "no data directory of a server");
        }
        DirectoryLock lock =
                DirectoryLock.take(directory, ProcessHandle.current().pid());
        try {
            return new StoppedStore(directory, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static boolean holdsAJournal(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .anyMatch(name -> name.endsWith(".seg") || name.endsWith(".snap"));
        }
    }

    /** A shard without a server: it only takes records. */
    static Shard newShard() {
        ServerIdentity nobody = new ServerIdentity(0, AckLevel.STORED, true, false, 0, 0, 0);
        Aggregator aggregator = new Aggregator(
                new Families(Integer.MAX_VALUE, Integer.MAX_VALUE), SeriesRules.DEFAULT, MAX_FUTURE_MICROS);
        return new Shard(
                nobody,
                aggregator,
                new NameRegistry(),
                new AddressTokens(new byte[32]),
                () -> KeyRing.EMPTY,
                Integer.MAX_VALUE);
    }

    /** All devices. */
    public Shard shard() {
        return shard;
    }

    /** Its files. */
    public Disk disk() {
        return disk;
    }

    public Recovery recovery() {
        return recovery;
    }

    /** Records whose content could not be applied, because what describes it was damaged. */
    public long unreadable() {
        return unreadable;
    }

    /** Reads all that is stored, from the oldest record on. */
    public JournalReader reader() {
        return new JournalReader(disk, JournalReader.OLDEST, recovery::committed, damage::add);
    }

    /** What could not be read so far, each place once. */
    public List<Damage> damage() {
        return List.copyOf(damage);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
