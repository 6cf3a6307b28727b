package dev.baliza.sim.ctl;

import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.tls.TlsContext;
import dev.baliza.sim.FileSender;
import dev.baliza.sim.StationLink;
import dev.baliza.sim.scenario.Options;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which server to ask, by what way, and as whom: what the options do not say, the profile does.
 *
 * @param name {@code host:port}
 * @param tls of TCP; null: in the clear
 * @param profile null for a local user of a server without keys
 */
record CtlServer(
        String name,
        InetSocketAddress address,
        boolean tcp,
        @Nullable TlsContext tls,
        @Nullable Profile profile) {
    private static final String DEFAULT_SERVER = "127.0.0.1:7367";
    private static final String LOCAL_SENDER = "ctl";

    /**
     * Puts options and profile together. TLS of the profile is that of the profile's server, so --server asks for its own.
     *
     * @param environment says where profiles are
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    static CtlServer of(CtlOptions options, Map<String, String> environment) throws Profile.ProfileException {
        Profile profile = profile(options, Profile.directory(environment));
        String name = options.server != null ? options.server : profile == null ? DEFAULT_SERVER : profile.server();
        TlsContext tls = options.tls.contextOnly(options.udp);
        if (tls == null && !options.udp && options.server == null && profile != null && profile.tls() != null) {
            tls = profile.tls().context();
        }
        return new CtlServer(name, Options.endpoint(name), !options.udp, tls, profile);
    }

    private static @Nullable Profile profile(CtlOptions options, Path directory) throws Profile.ProfileException {
        if (options.profile == null) {
            Path file = Profile.file(directory, Profile.DEFAULT);
            return Files.exists(file) ? Profile.read(file) : null;
        }
        return Profile.read(Profile.file(directory, options.profile));
    }

    private @Nullable DeviceKey key() {
        return profile == null ? null : profile.key();
    }

    AdminLink open() {
        String operator = profile == null ? null : profile.operator();
        return new AdminLink(new StationLink(operator, key(), address, tcp, tls));
    }

    FileSender sender() {
        return new FileSender(address, tcp, tls, profile == null ? LOCAL_SENDER : profile.operator(), key());
    }

    /** @param tlsProblem null when there is none */
    String silence(@Nullable String tlsProblem) {
        if (tlsProblem != null) {
            return name + ": " + tlsProblem;
        }
        return "no answer from " + name + " over " + (tls != null ? "TLS" : tcp ? "TCP" : "UDP")
                + (profile == null
                        ? "; a server that has keys does not answer without one"
                        : "; a server does not answer a key that it does not know")
                + (tcp && tls == null ? "; if it speaks TLS there (tcp.tls), add --tls" : "")
                + "; look closer with: baliza doctor " + name;
    }
}
