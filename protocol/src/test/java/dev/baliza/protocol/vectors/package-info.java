/** The wire's examples as files: how they are written, read and kept true. */
@NullMarked
package dev.baliza.protocol.vectors;

import org.jspecify.annotations.NullMarked;
