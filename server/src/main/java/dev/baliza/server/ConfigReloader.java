package dev.baliza.server;

import dev.baliza.server.config.ConfigException;
import dev.baliza.server.config.EffectiveConfig;
import dev.baliza.server.config.EffectiveConfig.Change;
import dev.baliza.server.config.ServerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration of a running server again. What can change is taken over together, what needs a restart is named, and a
 * configuration with a problem changes nothing. Thread: any, one at a time.
 */
final class ConfigReloader {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReloader.class);

    /** Reads all sources. */
    @FunctionalInterface
    interface Source {
        EffectiveConfig read() throws ConfigException;
    }

    /** What is reconfigured. */
    interface Target {
        /** Takes over what can change at run time. */
        void reconfigure(ServerConfig newer);

        /** A reload failed; nothing changes. */
        void reloadFailed();
    }

    private final Source source;
    private final Target target;
    private final EffectiveConfig started;
    private EffectiveConfig inForce;

    /** @param started what the server was started with */
    ConfigReloader(Source source, Target target, EffectiveConfig started) {
        this.source = source;
        this.target = target;
        this.started = started;
        this.inForce = started;
    }

    /** What the server runs with, but for what needs a restart. */
    synchronized EffectiveConfig inForce() {
        return inForce;
    }

    /** Reloads; all outcomes are in the log. */
    synchronized void reload() {
        try {
            apply(source.read());
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.error("configuration: {}", problem));
            LOG.error(
                    "the configuration is not reloaded because of the {} problem(s) above; the old one stays in force",
                    e.problems().size());
            target.reloadFailed();
        } catch (RuntimeException e) {
            LOG.error("bug while reloading the configuration; the old one stays in force", e);
            target.reloadFailed();
        }
    }

    private void apply(EffectiveConfig newer) {
        int changed = 0;
        for (Change change : inForce.changes(newer)) {
            if (!change.needsRestart()) {
                LOG.info(
                        "{} changes from '{}' to '{}' ({})",
                        change.path(),
                        change.from(),
                        change.to(),
                        change.origin());
                changed++;
            }
        }
        for (Change change : started.changes(newer)) {
            if (change.needsRestart()) {
                LOG.warn(
                        "{} needs a restart to change from '{}' to '{}' ({})",
                        change.path(),
                        change.from(),
                        change.to(),
                        change.origin());
            }
        }
        target.reconfigure(newer.values());
        inForce = newer;
        LOG.info(
                "configuration reloaded from {}: {} key(s) changed",
                newer.values().sources(),
                changed);
    }
}
