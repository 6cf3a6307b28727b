/** The numbers: readings of accepted frames become series and distributions, one writer per shard. */
@NullMarked
package dev.baliza.server.aggregate;

import org.jspecify.annotations.NullMarked;
