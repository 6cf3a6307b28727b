package dev.baliza.server.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A checked configuration and where each value came from. Immutable. */
public final class EffectiveConfig {
    static final String DEFAULT = "default";

    /** A value as text and its origin: a place in a file, a variable, a flag or {@value EffectiveConfig#DEFAULT}. */
    record Setting(String value, String origin) {}

    /**
     * One key of the catalogue.
     *
     * @param value as text; values of a list are separated by a comma
     */
    public record Entry(String path, String value, boolean list, String origin) {}

    /**
     * A key whose value is another one.
     *
     * @param needsRestart whether a running server cannot take it over
     */
    public record Change(String path, String from, String to, String origin, boolean needsRestart) {}

    private final ServerConfig values;
    private final Map<Key, Setting> settings;

    EffectiveConfig(ServerConfig values, Map<Key, Setting> settings) {
        this.values = values;
        this.settings = new EnumMap<>(Key.class);
        this.settings.putAll(settings);
    }

    public ServerConfig values() {
        return values;
    }

    private Setting setting(Key key) {
        return settings.getOrDefault(key, new Setting(key.fallback(), DEFAULT));
    }

    /** All keys in the order of the catalogue. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Key key : Key.values()) {
            Setting setting = setting(key);
            entries.add(new Entry(key.path(), setting.value, key.isList(), setting.origin));
        }
        return entries;
    }

    /** What differs in another configuration, in the order of the catalogue. */
    public List<Change> changes(EffectiveConfig newer) {
        List<Change> changes = new ArrayList<>();
        for (Key key : Key.values()) {
            Setting now = setting(key);
            Setting then = newer.setting(key);
            if (!now.value.equals(then.value)) {
                changes.add(new Change(key.path(), now.value, then.value, then.origin, !key.changesAtReload()));
            }
        }
        return changes;
    }
}
