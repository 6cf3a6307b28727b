/** What the two sides of a file transfer know and decide, without sockets, disks and clocks. Spec: SPEC §14. */
@NullMarked
package dev.baliza.protocol.transfer;

import org.jspecify.annotations.NullMarked;
