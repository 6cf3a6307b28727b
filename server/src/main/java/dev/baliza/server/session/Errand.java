package dev.baliza.server.session;

import dev.baliza.protocol.Message;

/**
 * A message that a desk is to serve, and where its answer goes.
 *
 * @param device 0 for a sender that is no device
 * @param label what people call it
 * @param peer where the frame came from
 * @param budget bytes that an answer's frame may have (SPEC §9.1)
 * @param message owns its bytes
 */
public record Errand(long device, String label, Peer peer, long budget, Message.Exchange message) {}
