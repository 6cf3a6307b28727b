/** Links of virtual devices to a server, over TCP and UDP. */
@NullMarked
package dev.baliza.sim.transport;

import org.jspecify.annotations.NullMarked;
