/** The words of the wire: messages, value types, error codes and limits of SPEC.md. JDK only. */
@NullMarked
package dev.baliza.protocol;

import org.jspecify.annotations.NullMarked;
