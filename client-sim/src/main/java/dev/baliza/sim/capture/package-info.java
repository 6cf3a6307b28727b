/** Datagrams and streams out of packet captures. Knows files and IP, no frames. */
@NullMarked
package dev.baliza.sim.capture;

import org.jspecify.annotations.NullMarked;
