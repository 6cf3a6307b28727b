/** {@code baliza doctor}: facts about a server and this host, gathered in one place and judged in another. */
@NullMarked
package dev.baliza.cli.doctor;

import org.jspecify.annotations.NullMarked;
