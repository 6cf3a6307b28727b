/** What a run is to be: options, checked. */
@NullMarked
package dev.baliza.sim.scenario;

import org.jspecify.annotations.NullMarked;
