/** Virtual devices and their signals: pure and seeded, time is an argument. */
@NullMarked
package dev.baliza.sim.device;

import org.jspecify.annotations.NullMarked;
