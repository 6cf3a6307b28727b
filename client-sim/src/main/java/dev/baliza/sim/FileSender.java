package dev.baliza.sim;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.seal.DeviceKey;
import dev.baliza.protocol.tls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings a file to a server for somebody who then does something with it there. Thread: the caller's; it blocks. */
public final class FileSender {
    /**
     * The file's SHA-256, and why it is not on the server.
     *
     * @param problem empty when it is there
     */
    public record Outcome(String sha256, Optional<String> problem) {}

    private final InetSocketAddress server;
    private final boolean tcp;
    private final @Nullable TlsContext tls;
    private final String sender;
    private final @Nullable DeviceKey key;

    /**
     * @param tls of TCP; null: in the clear
     * @param key null in the open profile
     */
    public FileSender(
            InetSocketAddress server, boolean tcp, @Nullable TlsContext tls, String sender, @Nullable DeviceKey key) {
        this.server = server;
        this.tcp = tcp;
        this.tls = tls;
        this.sender = sender;
        this.key = key;
    }

    /**
     * Sends.
     *
     * @throws IOException the file cannot be read
     */
    public Outcome send(Path file) throws IOException, InterruptedException {
        try (FileOnDisk content = new FileOnDisk(file);
                StationLink link = new StationLink(sender, key, server, tcp, tls)) {
            FileMessage.Offer offer = new FileMessage.Offer(
                    new SecureRandom().nextLong() & Long.MAX_VALUE,
                    content.size(),
                    content.sha256(),
                    String.valueOf(file.getFileName()),
                    "");
            if (link.greet() != StationLink.Greeting.WELCOMED) {
                String problem = link.tlsProblem();
                return new Outcome(
                        content.sha256(), Optional.of(problem == null ? "no answer from the server" : problem));
            }
            FileUpload upload = new FileUpload(link, content, offer, tcp, 0);
            FileBar bar = new FileBar(System.err, System.getenv("BALIZA_TERMINAL") != null);
            boolean answered = upload.run(bar);
            bar.end();
            return new Outcome(
                    content.sha256(),
                    answered
                            ? Optional.ofNullable(upload.problem(file))
                            : Optional.of("the server fell silent; try again, it goes on where it was cut"));
        }
    }
}
