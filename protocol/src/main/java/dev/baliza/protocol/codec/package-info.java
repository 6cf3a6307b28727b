/** Bytes to messages and back, over {@link java.nio.ByteBuffer}: pure, without state, JDK only. */
@NullMarked
package dev.baliza.protocol.codec;

import org.jspecify.annotations.NullMarked;
