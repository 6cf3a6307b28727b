/** {@code baliza decode}: bytes from a file, a terminal or a capture, explained frame by frame. */
@NullMarked
package dev.baliza.sim.decode;

import org.jspecify.annotations.NullMarked;
