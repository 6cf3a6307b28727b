/** Keeps what was accepted on disk: the journal, its snapshots, and what can be read after a crash. No Netty, no clock. */
@NullMarked
package dev.baliza.server.store;

import org.jspecify.annotations.NullMarked;
