/** The command {@code baliza}: finds the subcommand, and runs the demo. */
@NullMarked
package dev.baliza.cli;

import org.jspecify.annotations.NullMarked;
