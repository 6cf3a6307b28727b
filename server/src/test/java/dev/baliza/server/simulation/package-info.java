/**
 * The server's core in one thread: real shards, journal and recovery on a virtual disk, wire and clock, with devices that know what
 * they issued. All of a run follows from its seed.
 */
@NullMarked
package dev.baliza.server.simulation;

import org.jspecify.annotations.NullMarked;
