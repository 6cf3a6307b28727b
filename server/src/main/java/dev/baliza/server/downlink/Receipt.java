package dev.baliza.server.downlink;

import org.jspecify.annotations.Nullable;

/**
 * What became of an order for one device.
 *
 * @param device its label, or what was asked for when there is no such device
 * @param id to ask for with {@link Downlink#status}; 0 when it was refused
 * @param refusal why the message was not queued and what to do; null when it was
 */
public record Receipt(String device, long id, @Nullable String refusal) {}
