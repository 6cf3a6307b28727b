/** Measures a server from outside: pre-encoded load, a sink that only counts, and books that must balance. */
@NullMarked
package dev.baliza.cli.bench;

import org.jspecify.annotations.NullMarked;
