/** Frames explained field by field, for people: slow, and exact about where a rule is broken. */
@NullMarked
package dev.baliza.protocol.dissect;

import org.jspecify.annotations.NullMarked;
