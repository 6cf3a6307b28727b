package dev.baliza.sim;

import dev.baliza.protocol.seal.SecretFile;
import dev.baliza.sim.scenario.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that ask a server over HTTP, where it wants a user. */
public final class WebOptions {
    static final String VARIABLE = "BALIZA_PASSWORD_FILE";

    @Option(names = "--user", paramLabel = "NAME", description = "User for HTTP, where the server wants one.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password of --user in its first line; default: $" + VARIABLE + ".")
    private @Nullable Path passwordFile;

    /**
     * The server to ask.
     *
     * @param text host:port, or a URL
     * @throws IllegalArgumentException an option is wrong; the message says why
     */
    public WebServer server(String text, TlsOptions tls) {
        boolean https = text.regionMatches(true, 0, "https:", 0, 6);
        return WebServer.of(text, https ? tls.context() : null, authorization());
    }

    private @Nullable String authorization() {
        if (user == null) {
            if (passwordFile != null) {
                throw new IllegalArgumentException("--password-file needs --user NAME");
            }
            return null;
        }
        String variable = System.getenv(VARIABLE);
        Path file = passwordFile != null ? passwordFile : variable == null ? null : Path.of(variable);
        if (file == null) {
            throw new IllegalArgumentException(
                    "--user needs --password-file FILE, or " + VARIABLE + " in the environment");
        }
        byte[] pair = (user + ":" + password(file)).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String password(Path file) {
        try {
            Optional<String> problem = SecretFile.problem(file);
            if (problem.isPresent()) {
                throw new IllegalArgumentException(file + ": " + problem.get());
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || lines.get(0).isEmpty()) {
                throw new IllegalArgumentException(file + ": its first line must be the password");
            }
            return lines.get(0);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read: " + e, e);
        }
    }
}
