package dev.baliza.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Judges this host for a server with the default configuration. */
final class HostChecks {
    private static final int OLDEST_JAVA = 17;
    /** Default of udp.receiveBufferBytes. */
    static final long RECEIVE_BUFFER_BYTES = 8_388_608;
    /** Default of tcp.maxConnections, and the jars, sockets and loops of a JVM. */
    static final long FILES = 10_000 + 500;
    /** A JVM with a small heap; below, the kernel ends it. */
    static final long LEAST_MEMORY_BYTES = 128L << 20;
    /** A million series in memory need more than that, some ten thousand do not. */
    static final long COMFORTABLE_MEMORY_BYTES = 512L << 20;
    /** One datagram in so many lost is worth a look. */
    private static final long DROPS_ONE_IN = 1_000;

    private HostChecks() {}

    static List<Finding> judge(HostFacts host) {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(host.javaVersion()));
        findings.add(epoll(host.epollProblem()));
        receiveBuffer(host.rmemMax(), host.rmemDefault()).forEach(findings::add);
        findings.add(files(host.fileLimit()));
        findings.add(memory(host.memoryBytes()));
        findings.add(clock(host.clock()));
        findings.add(drops(host.udpReceived(), host.udpDropped()));
        return findings;
    }

    private static Finding java(int version) {
        return version >= OLDEST_JAVA
                ? Finding.ok("java", "Java " + version)
                : Finding.fail(
                        "java", "Java " + version + " is too old", "install Java 17 or newer and set JAVA_HOME to it");
    }

    private static Finding epoll(String problem) {
        return problem.isEmpty()
                ? Finding.ok("epoll", "native epoll works")
                : Finding.warn(
                        "epoll",
                        "native epoll does not work, slower NIO serves: " + problem,
                        "BALIZA_JAVA_OPTS=-Dio.netty.native.workdir=DIR with a DIR that is not mounted noexec,"
                                + " or Linux on x86_64, aarch64 or riscv64 with glibc");
    }

    private static List<Finding> receiveBuffer(OptionalLong max, OptionalLong normal) {
        String fix = "sudo sysctl -w net.core.rmem_max=" + RECEIVE_BUFFER_BYTES
                + "   # for good: conf/sysctl/99-baliza.conf into /etc/sysctl.d";
        if (max.isEmpty()) {
            return List.of(
                    Finding.warn("rmem_max", "cannot tell how large a UDP receive buffer may be", "sysctl net.core"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(
                max.getAsLong() >= RECEIVE_BUFFER_BYTES
                        ? Finding.ok("rmem_max", "UDP receive buffers may have " + bytes(max.getAsLong()))
                        : Finding.warn(
                                "rmem_max",
                                "UDP receive buffers may have " + bytes(max.getAsLong()) + ", the server asks for "
                                        + bytes(RECEIVE_BUFFER_BYTES) + ": bursts may be lost",
                                fix));
        if (normal.isPresent()) {
            findings.add(
                    normal.getAsLong() <= max.getAsLong()
                            ? Finding.ok("rmem_default", "sockets that do not ask get " + bytes(normal.getAsLong()))
                            : Finding.warn(
                                    "rmem_default",
                                    "sockets that do not ask get " + bytes(normal.getAsLong())
                                            + ", more than a server may ask for",
                                    fix));
        }
        return findings;
    }

    private static Finding files(OptionalLong limit) {
        if (limit.isEmpty()) {
            return Finding.warn("files", "cannot tell how many files a process may open", "ulimit -Hn");
        }
        long count = limit.getAsLong();
        String what = count == Long.MAX_VALUE
                ? "a process may open any number of files"
                : String.format(Locale.ROOT, "a process may open %,d files", count);
        return count >= FILES
                ? Finding.ok("files", what)
                : Finding.warn(
                        "files",
                        what + ", fewer than connections are accepted",
                        "ulimit -n 65536   # under systemd LimitNOFILE=65536; or --set tcp.maxConnections="
                                + Math.max(1, count / 2));
    }

    private static Finding memory(OptionalLong available) {
        if (available.isEmpty()) {
            return Finding.warn("memory", "cannot tell how much memory is free", "free -m");
        }
        String what = bytes(available.getAsLong()) + " of memory can be had";
        String fix = "free some, or give the container more; BALIZA_JAVA_OPTS=-Xmx64m makes do with a hundred devices";
        if (available.getAsLong() < LEAST_MEMORY_BYTES) {
            return Finding.fail("memory", "only " + what, fix);
        }
        return available.getAsLong() < COMFORTABLE_MEMORY_BYTES
                ? Finding.warn("memory", "only " + what, fix)
                : Finding.ok("memory", what);
    }

    private static Finding clock(HostFacts.Clock clock) {
        String fix = "sudo timedatectl set-ntp true   # or: sudo apt install chrony";
        return switch (clock) {
            case SYNCHRONISED -> Finding.ok("clock", "the clock follows a time server");
            case FREE ->
                Finding.warn(
                        "clock", "the clock follows no time server; readings get wrong times sooner or later", fix);
            case UNKNOWN ->
                Finding.warn("clock", "cannot tell whether the clock follows a time server", "timedatectl status");
        };
    }

    private static Finding drops(OptionalLong received, OptionalLong dropped) {
        if (received.isEmpty() || dropped.isEmpty()) {
            return Finding.warn("udp_drops", "cannot tell how many datagrams the kernel dropped", "cat /proc/net/snmp");
        }
        long lost = dropped.getAsLong();
        String what = String.format(
                Locale.ROOT,
                "%,d of %,d datagrams since the boot found a full buffer, of all programs",
                lost,
                lost + received.getAsLong());
        return lost == 0 || lost < (lost + received.getAsLong()) / DROPS_ONE_IN
                ? Finding.ok("udp_drops", what)
                : Finding.warn(
                        "udp_drops",
                        what,
                        "sudo sysctl -w net.core.rmem_max=" + RECEIVE_BUFFER_BYTES + "   # and restart the server");
    }

    /** In the unit that people read. */
    static String bytes(long count) {
        if (count < 1 << 20) {
            return String.format(Locale.ROOT, "%,d KiB", count >> 10);
        }
        return String.format(Locale.ROOT, "%,d MiB", count >> 20);
    }
}
