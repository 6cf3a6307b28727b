package dev.baliza.server;

import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.server.config.EffectiveConfig;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.operator.AuditLog;
import dev.baliza.server.operator.Desk;
import dev.baliza.server.operator.DeviceOperations;
import dev.baliza.server.operator.ExecOperation;
import dev.baliza.server.operator.Operation;
import dev.baliza.server.operator.Operations;
import dev.baliza.server.operator.ServerOperations;
import dev.baliza.server.operator.ShutdownOperation;
import dev.baliza.server.session.ResetOutcome;
import dev.baliza.server.transport.ShardLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires what operators need: the audit log, their operations and the threads for them. Thread: any. */
final class OperatorOffice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorOffice.class);
    private static final int WAITING_REQUESTS = 64;
    private static final int PROGRAMS_AT_ONCE = 4;
    /** Time for the answer to a shutdown to leave, and to be asked for once more. */
    private static final long STOP_DELAY_MILLIS = 500;

    private final AuditLog audit;
    private final Desk desk;
    private final ExecutorService requests;
    private final ExecutorService programs;
    private final boolean withoutKeys;
    private volatile boolean loopbackOnly;
    private volatile Supplier<Optional<EffectiveConfig>> config = Optional::empty;
    private volatile Runnable stop = () -> {};

    /**
     * @param more operations of other parts of the server
     * @throws StartException there are operators, and no place for the audit log
     */
    OperatorOffice(ServerConfig config, KeyRing keys, MergedBooks books, List<ShardLoop> loops, List<Operation> more)
            throws StartException {
        Clock clock = Clock.systemUTC();
        withoutKeys = config.keys().file() == null;
        audit = audit(config.store().dir(), keys, clock);
        requests = threads("baliza-operator", 1, new LinkedBlockingQueue<>(WAITING_REQUESTS));
        programs = threads("baliza-exec", PROGRAMS_AT_ONCE, new SynchronousQueue<>());
        List<Operation> all = new ArrayList<>(more);
        all.addAll(new DeviceOperations(books, device -> reset(loops, device), clock).all());
        all.addAll(new ServerOperations(() -> this.config.get(), audit).all());
        all.add(new ShutdownOperation(clock, new SecureRandom(), this::stopSoon)
                .operation(config.operators().shutdown()));
        all.add(new ExecOperation(config.operators().programs(), programs).operation());
        desk = new Desk(Operations.withWhoami(all), audit, () -> withoutKeys && loopbackOnly, requests);
        loops.forEach(loop -> loop.useDesk(desk));
        books.include(desk::counts, Map::of);
    }

    private static AuditLog audit(@Nullable Path store, KeyRing keys, Clock clock) throws StartException {
        if (store == null) {
            if (keys.operators() > 0) {
                throw new StartException(
                        StartException.BAD_CONFIG,
                        "keys.file has operators, and what they do must be written down; say where with --set"
                                + " store.dir=DIR",
                        null);
            }
            return AuditLog.inMemory(clock);
        }
        try {
            AuditLog log = AuditLog.in(store, clock);
            LOG.info("audit log in {}; its last record has the hash {}", store, log.lastHash());
            return log;
        } catch (IOException e) {
            throw new StartException(StartException.BAD_CONFIG, "audit log: " + e.getMessage(), e);
        }
    }

    private static ExecutorService threads(String name, int most, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                queue instanceof SynchronousQueue ? 0 : most,
                most,
                10,
                TimeUnit.SECONDS,
                queue,
                new DefaultThreadFactory(name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static CompletableFuture<ResetOutcome> reset(List<ShardLoop> loops, long device) {
        CompletableFuture<ResetOutcome> done = new CompletableFuture<>();
        ShardLoop owner = ShardLoop.ownerOf(loops, device);
        owner.act(now -> {
            try {
                done.complete(owner.shard().reset(device, now));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void stopSoon() {
        LOG.info("an operator asked for a shutdown");
        CompletableFuture.delayedExecutor(STOP_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> new Thread(stop, "baliza-stop").start());
    }

    /** Says where the server listens: without keys, and on loopback only, local users are operators. */
    void listensOn(InetSocketAddress... addresses) {
        boolean loopback = true;
        for (InetSocketAddress address : addresses) {
            loopback &= address.getAddress().isLoopbackAddress();
        }
        loopbackOnly = loopback;
    }

    /** What the operation {@code config} shows. */
    void showConfig(Supplier<Optional<EffectiveConfig>> inForce) {
        config = inForce;
    }

    /** What the operation {@code shutdown} runs. */
    void stopWith(Runnable newStop) {
        stop = newStop;
    }

    /** Ends programs, and requests that wait; answers have left before. */
    @Override
    public void close() {
        requests.shutdown();
        programs.shutdownNow();
        try {
            boolean ended = requests.awaitTermination(2, TimeUnit.SECONDS);
            if (!programs.awaitTermination(3, TimeUnit.SECONDS) || !ended) {
                LOG.warn("an operator's request is still under way; the audit log lacks its end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        audit.close();
    }
}
