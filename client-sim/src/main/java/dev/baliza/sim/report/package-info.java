/** The verdict: what the server counted against what was sent. */
@NullMarked
package dev.baliza.sim.report;

import org.jspecify.annotations.NullMarked;
