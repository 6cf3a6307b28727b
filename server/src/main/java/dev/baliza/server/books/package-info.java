/** What the server says about itself: immutable snapshots of ledger, counters and series, for metrics and HTTP. */
@NullMarked
package dev.baliza.server.books;

import org.jspecify.annotations.NullMarked;
