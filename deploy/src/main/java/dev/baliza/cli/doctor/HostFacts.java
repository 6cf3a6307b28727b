package dev.baliza.cli.doctor;

import java.util.OptionalLong;

/**
 * This host, as far as it tells; an empty value is one that it does not tell.
 *
 * @param javaVersion such as 17
 * @param epollProblem why Netty's epoll does not work; empty when it does
 * @param rmemMax largest receive buffer a socket gets, bytes
 * @param rmemDefault receive buffer of a socket that does not ask, bytes
 * @param fileLimit most open files of a process
 * @param memoryBytes that processes could still take
 * @param udpReceived datagrams since the boot, of all sockets
 * @param udpDropped datagrams since the boot that found a socket's buffer full
 */
record HostFacts(
        int javaVersion,
        String epollProblem,
        OptionalLong rmemMax,
        OptionalLong rmemDefault,
        OptionalLong fileLimit,
        OptionalLong memoryBytes,
        Clock clock,
        OptionalLong udpReceived,
        OptionalLong udpDropped) {
    /** Whether the clock follows a time server. */
    enum Clock {
        SYNCHRONISED,
        FREE,
        UNKNOWN
    }
}
