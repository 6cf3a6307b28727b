/** The simulator's commands. */
@NullMarked
package dev.baliza.sim;

import org.jspecify.annotations.NullMarked;
