/** Operators: what they may ask, who may ask it, and the log of it. Spec: SPEC §16. */
@NullMarked
package dev.baliza.server.operator;

import org.jspecify.annotations.NullMarked;
