package dev.baliza.server;

import dev.baliza.server.http.Health;
import java.util.List;

/** What the probes ask. Thread: any. */
final class ServerState implements Health {
    private volatile boolean draining;

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public List<String> notReady() {
        return draining ? List.of("draining: the server shuts down") : List.of();
    }

    boolean isDraining() {
        return draining;
    }

    /** Begins; false when it had begun. */
    synchronized boolean drain() {
        boolean first = !draining;
        draining = true;
        return first;
    }
}
