/** Calculations with numbers and live readings in postfix notation, a token at a time. Spec: SPEC §15. */
@NullMarked
package dev.baliza.server.calc;

import org.jspecify.annotations.NullMarked;
