/** The postfix language: its operators and machine, expressions compiled once, and the rules for derived readings. Spec: SPEC §15. */
@NullMarked
package dev.baliza.server.postfix;

import org.jspecify.annotations.NullMarked;
