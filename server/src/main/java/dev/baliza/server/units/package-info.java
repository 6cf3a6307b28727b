/** UCUM units of readings and the base units they are exported in. */
@NullMarked
package dev.baliza.server.units;

import org.jspecify.annotations.NullMarked;
