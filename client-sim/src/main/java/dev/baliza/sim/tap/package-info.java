/** {@code baliza tap}: live frames of a running server. */
@NullMarked
package dev.baliza.sim.tap;

import org.jspecify.annotations.NullMarked;
