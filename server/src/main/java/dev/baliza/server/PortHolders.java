package dev.baliza.server;

import dev.baliza.server.SocketTable.Entry;
import dev.baliza.server.SocketTable.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who has a port: the socket from /proc/net, its process from the links in {@code /proc/<pid>/fd}, which only root and the owner of the
 * process may read. Thread: any; reads files.
 */
public final class PortHolders {
    private static final int COMMAND_CHARS = 60;

    /**
     * Holder of a port.
     *
     * @param pid of its process; 0 when this user may not see it
     * @param command of the process, cut; empty with pid 0
     * @param user id of the socket's owner
     */
    public record Holder(long pid, String command, int user) {
        /** For a message: {@code nginx -g daemon off; (pid 12)}. */
        public String text() {
            return pid == 0 ? "a process of user id " + user : command + " (pid " + pid + ")";
        }
    }

    private final Path proc;

    public PortHolders() {
        this(Path.of("/proc"));
    }

    /** @param proc /proc, or what stands for it in a test */
    public PortHolders(Path proc) {
        this.proc = proc;
    }

    /** Who listens where the address could not be bound as well; empty when nobody does or nobody tells. */
    public Optional<Holder> of(Protocol protocol, InetSocketAddress address) {
        List<Entry> sockets = SocketTable.read(proc, protocol).stream()
                .filter(entry -> entry.holds(address))
                .toList();
        return sockets.stream()
                .map(this::holder)
                .filter(holder -> holder.pid() != 0)
                .findFirst()
                .or(() -> sockets.stream().findFirst().map(socket -> new Holder(0, "", socket.user())));
    }

    private Holder holder(Entry socket) {
        String link = "socket:[" + socket.inode() + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, link)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    return new Holder(pid, command(process), socket.user());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no /proc to look into
        }
        return new Holder(0, "", socket.user());
    }

    private static boolean hasOpen(Path process, String link) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).toString().equals(link)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // ended meanwhile, or of another user
        }
        return false;
    }

    private static String command(Path process) {
        try {
            String[] words = Files.readString(process.resolve("cmdline")).split("\0", -1);
            int main = baliza(words);
            String text = main >= 0
                    ? "baliza" + (main + 1 < words.length ? " " + words[main + 1] : "")
                    : Arrays.stream(words).collect(Collectors.joining(" ")).strip();
            if (text.isEmpty()) {
                text = Files.readString(process.resolve("comm")).strip();
            }
            String printable = text.replaceAll("[^\\x20-\\x7e]", "?").strip();
            return printable.length() <= COMMAND_CHARS ? printable : printable.substring(0, COMMAND_CHARS) + "…";
        } catch (IOException e) {
            return "a process";
        }
    }

    /** Where a JVM's command line names our main class or jar, or -1. */
    private static int baliza(String[] words) {
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("dev.baliza.cli.Main") || words[i].endsWith("/baliza.jar")) {
                return i;
            }
        }
        return -1;
    }
}
