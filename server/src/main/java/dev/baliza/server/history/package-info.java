/** What was stored, for whoever asks later: the readings of a device out of the journal, as lines, on threads of its own. */
@NullMarked
package dev.baliza.server.history;

import org.jspecify.annotations.NullMarked;
