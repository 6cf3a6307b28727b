package dev.baliza.server;

import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.protocol.tls.TlsException;
import dev.baliza.server.auth.Authenticator;
import dev.baliza.server.auth.UsersFile.UsersException;
import dev.baliza.server.config.ServerConfig;
import dev.baliza.server.metrics.Admissions;
import dev.baliza.server.tls.TlsDoor;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates and users, as the configuration names them, and what stands at the ports with them. Thread: any. */
final class Doors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);
    /** Logins that wait for the one thread that computes hashes. */
    private static final int WAITING_LOGINS = 32;

    private final ServerConfig config;
    private final @Nullable TlsStore tls;
    private final @Nullable UserStore users;
    private final ThreadPoolExecutor hashes = new ThreadPoolExecutor(
            1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_LOGINS), Doors::hashThread);

    /** @throws StartException a file that the configuration names cannot be used */
    Doors(ServerConfig config, InstantSource clock) throws StartException {
        this.config = config;
        hashes.allowCoreThreadTimeOut(true);
        ServerConfig.TlsFiles files = config.tls();
        Path auth = config.http().auth();
        try {
            tls = files == null ? null : new TlsStore(files, clock);
            users = auth == null ? null : new UserStore(auth);
        } catch (TlsException | UsersException e) {
            throw new StartException(StartException.BAD_CONFIG, String.valueOf(e.getMessage()), e);
        }
    }

    private static Thread hashThread(Runnable task) {
        Thread thread = new Thread(task, "baliza-login");
        thread.setDaemon(true);
        return thread;
    }

    /** What stands at the device port; null: frames come in the clear. */
    @Nullable
    TlsDoor tcp(Admissions admissions) {
        return config.tcp().tls() ? door(Admissions.Port.TCP, admissions) : null;
    }

    /** What stands at the HTTP port; null for plain HTTP. */
    @Nullable
    TlsDoor http(Admissions admissions) {
        return config.http().tls() ? door(Admissions.Port.HTTP, admissions) : null;
    }

    private @Nullable TlsDoor door(Admissions.Port port, Admissions admissions) {
        TlsStore store = tls;
        return store == null
                ? null
                : new TlsDoor(store, outcome -> admissions.handshake(port, outcome), TlsDoor.DEADLINE);
    }

    /** Who looks at credentials; null: everybody may read. */
    @Nullable
    Authenticator logins(Admissions admissions) {
        UserStore store = users;
        return store == null
                ? null
                : new Authenticator(store, hashes, admissions::login, new SecureRandom(), System::nanoTime);
    }

    /** The certificate in force. */
    Optional<TlsContext> certificate() {
        return Optional.ofNullable(tls).map(TlsStore::get);
    }

    /** Reads what has changed on disk. Never throws: a timer that does is not called again. */
    void refresh() {
        try {
            if (tls != null) {
                tls.refresh();
            }
            if (users != null) {
                users.refresh();
            }
        } catch (RuntimeException e) {
            LOG.error("bug while looking at certificates and users", e);
        }
    }

    /** Reads all files again; false when one is bad, and what was read before stays in force. */
    boolean reload() {
        boolean goodTls = tls == null || tls.reload();
        boolean goodUsers = users == null || users.reload();
        return goodTls && goodUsers;
    }

    /** Things a user should know although the server runs. */
    List<String> warnings(InetSocketAddress http) {
        List<String> warnings = new ArrayList<>();
        if (tls != null) {
            warnings.addAll(tls.warnings());
        }
        if (users != null && !config.http().tls() && !http.getAddress().isLoopbackAddress()) {
            warnings.add("passwords for HTTP cross the network in the clear; set http.tls: true");
        }
        return warnings;
    }

    @Override
    public void close() {
        hashes.shutdownNow();
    }
}
