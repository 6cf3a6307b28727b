/** Sockets to frames: the TCP and the UDP pipeline, and the event loops that own the shards. */
@NullMarked
package dev.baliza.server.transport;

import org.jspecify.annotations.NullMarked;
