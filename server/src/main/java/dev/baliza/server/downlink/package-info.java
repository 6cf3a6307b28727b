/** What people and devices say to each other: queues of what goes down, logs of what came up, and the door for operators. */
@NullMarked
package dev.baliza.server.downlink;

import org.jspecify.annotations.NullMarked;
