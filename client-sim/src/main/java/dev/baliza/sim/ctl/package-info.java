/** {@code baliza ctl}: operators ask a server. Spec: SPEC §16. */
@NullMarked
package dev.baliza.sim.ctl;

import org.jspecify.annotations.NullMarked;
