/** What goes wrong between a device and the server, seeded and counted. */
@NullMarked
package dev.baliza.sim.fault;

import org.jspecify.annotations.NullMarked;
