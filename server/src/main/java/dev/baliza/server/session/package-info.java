/** Decides what every frame is: epochs, the ledger's window, duplicates, acknowledgements. No Netty, no clock, no thread. */
@NullMarked
package dev.baliza.server.session;

import org.jspecify.annotations.NullMarked;
