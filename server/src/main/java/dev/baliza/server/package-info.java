/** The daemon: the command line, and the one place that wires the stages together. */
@NullMarked
package dev.baliza.server;

import org.jspecify.annotations.NullMarked;
