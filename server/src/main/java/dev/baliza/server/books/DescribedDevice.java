package dev.baliza.server.books;

import dev.baliza.protocol.ChannelSet;
import java.util.List;

/**
 * A device and what describes its rows now.
 *
 * @param sets in force, and the last ones that were replaced
 */
public record DescribedDevice(long id, String label, List<ChannelSet> sets) {}
