package dev.baliza.server.transport;

import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Received;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.ShardBooks;
import java.util.Map;

/**
 * The books of one event loop: what it read, and what its shard made of it.
 *
 * @param received what came in, counted apart from what became of it
 * @param residual what the loop's own laws disagree on
 * @param handOver frames given to other loops less frames taken from them
 * @param streamErrors TCP streams that could not be cut into frames
 * @param kernelDrops datagrams that the kernel threw away because this loop's socket was full
 */
public record LoopBooks(
        Received received,
        Map<DatagramOutcome, Long> datagrams,
        Map<Transport, Map<FrameFault, Long>> faults,
        long residual,
        long handOver,
        long streamErrors,
        long kernelDrops,
        ShardBooks shard) {}
