/** Live events of single frames for people who look on; off, it costs one volatile read a frame. */
@NullMarked
package dev.baliza.server.tap;

import org.jspecify.annotations.NullMarked;
