package dev.baliza.sim.ctl;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.seal.SecretFile;
import dev.baliza.sim.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Where a server is and the key of the one who asks, as a file that only its owner may read. Immutable.
 *
 * @param server {@code host:port}
 * @param secret in hexadecimal digits
 * @param tls how the server is reached over TCP; null: in the clear
 */
record Profile(
        String server,
        String operator,
        int keyId,
        String secret,
        @Nullable TlsFiles tls) {
    /** The profile that is used when none is named. */
    static final String DEFAULT = "default";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A profile cannot be used; the message says why and what to do, and shows no secret. */
    static final class ProfileException extends Exception {
        private static final long serialVersionUID = 1;

        ProfileException(String message) {
            super(message);
        }

        ProfileException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Where profiles are: {@code $XDG_CONFIG_HOME/baliza}, else {@code ~/.config/baliza}. */
    static Path directory(Map<String, String> environment) {
        String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path config = base.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".config") : Path.of(base);
        return config.resolve("baliza");
    }

    static Path file(Path directory, String name) throws ProfileException {
        if (!Names.isDevice(name)) {
            throw new ProfileException("'" + name + "' is no name for a profile: use letters, digits and . _ -");
        }
        return directory.resolve(name + ".yaml");
    }

    /**
     * Reads what {@code baliza keys new --role} printed, or a file of {@link #write}.
     *
     * @param from names the source in messages
     * @param server where the profile does not say it
     */
    static Profile parse(String yaml, String from, String server) throws ProfileException {
        Object root;
        try {
            root = new Load(LoadSettings.builder()
                            .setMaxAliasesForCollections(0)
                            .build())
                    .loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new ProfileException(from + " is no profile: it is not YAML"); // the cause might show the secret
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new ProfileException(from + " is no profile; make one with: baliza keys new --role admin NAME");
        }
        Object keyId = map.get("keyId");
        Profile profile = new Profile(
                server.isEmpty() ? text(map, "server") : server,
                text(map, "operator"),
                keyId instanceof Integer number ? number : 0,
                text(map, "secret"),
                tls(map.get("tls"), from));
        try {
            profile.key();
        } catch (IllegalArgumentException e) {
            throw new ProfileException(from
                    + " is no profile: it needs operator, keyId (1 to 255) and secret (32 or 64 hexadecimal digits)");
        }
        return profile;
    }

    private static @Nullable TlsFiles tls(@Nullable Object value, String from) throws ProfileException {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map<?, ?> files)) {
            throw new ProfileException(
                    from + " is no profile: its tls must be such as {ca: FILE, cert: FILE, key: FILE}");
        }
        return new TlsFiles(path(files, "ca"), path(files, "cert"), path(files, "key"));
    }

    private static @Nullable Path path(Map<?, ?> map, String name) {
        String text = text(map, name);
        return text.isEmpty() ? null : Path.of(text);
    }

    private static String text(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value == null ? "" : String.valueOf(value);
    }

    static Profile read(Path file) throws ProfileException {
        try {
            Optional<String> problem = SecretFile.problem(file);
            if (problem.isPresent()) {
                throw new ProfileException(file + ": " + problem.get());
            }
            Profile profile = parse(Files.readString(file), file.toString(), "");
            if (profile.server.isEmpty()) {
                throw new ProfileException(file + " names no server; use: baliza ctl login --server HOST:PORT");
            }
            return profile;
        } catch (NoSuchFileException e) {
            throw new ProfileException(
                    "there is no profile " + file
                            + "; get one with: baliza keys new --role admin NAME | baliza ctl login --server HOST:PORT",
                    e);
        } catch (IOException e) {
            throw new ProfileException(file + " cannot be read: " + e, e);
        }
    }

    /** Replaces the file in one step; only its owner may read it. */
    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        Files.createDirectories(directory);
        List<String> lines = new ArrayList<>(List.of(
                "# Profile of baliza ctl. Keep it secret.",
                "server: \"" + server + '"',
                "operator: \"" + operator + '"',
                "keyId: " + keyId,
                "secret: \"" + secret + '"'));
        if (tls != null) {
            lines.add("tls: " + flow(tls));
        }
        SecretFile.write(file, lines);
    }

    /** JSON, which is YAML too. */
    private static String flow(TlsFiles files) {
        ObjectNode flow = JSON.createObjectNode();
        put(flow, "ca", files.authorities());
        put(flow, "cert", files.certificate());
        put(flow, "key", files.key());
        return flow.toString();
    }

    private static void put(ObjectNode flow, String name, @Nullable Path file) {
        if (file != null) {
            flow.put(name, file.toString());
        }
    }

    /** The same, reached over TLS. */
    Profile with(TlsFiles files) {
        return new Profile(server, operator, keyId, secret, files);
    }

    /** @throws IllegalArgumentException a field is wrong */
    DeviceKey key() {
        if (!Names.isDevice(operator)) {
            throw new IllegalArgumentException("no name of an operator");
        }
        return new DeviceKey(
                Names.deviceId(operator), keyId, false, HexFormat.of().parseHex(secret));
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "Profile[" + operator + " at " + server + "]";
    }
}
