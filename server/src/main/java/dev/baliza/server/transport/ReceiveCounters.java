package dev.baliza.server.transport;

import dev.baliza.server.books.DatagramOutcome;
import dev.baliza.server.books.FrameFault;
import dev.baliza.server.books.Received;
import dev.baliza.server.books.Transport;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What one event loop read, before any shard saw it. Thread: the loop's. */
final class ReceiveCounters {
    private static final int TRANSPORTS = Transport.values().length;

    private final long[] datagrams = new long[DatagramOutcome.values().length];
    private final long[][] faults = new long[TRANSPORTS][FrameFault.values().length];
    private final long[][] sealedFaults = new long[TRANSPORTS][FrameFault.values().length];
    private final long[] framed = new long[TRANSPORTS];
    private final long[] passedOn = new long[TRANSPORTS];
    private final long[] judgedHere = new long[TRANSPORTS];
    private final long[] handedOver = new long[TRANSPORTS];
    private final long[] takenOver = new long[TRANSPORTS];
    private long datagramsRead;
    private long streamErrors;
    private int kernelDropsSeen;
    private long kernelDrops;

    void datagramRead() {
        datagramsRead++;
    }

    void count(DatagramOutcome outcome) {
        datagrams[outcome.ordinal()]++;
    }

    void framed(Transport transport) {
        framed[transport.ordinal()]++;
    }

    void count(Transport transport, FrameFault fault) {
        faults[transport.ordinal()][fault.ordinal()]++;
    }

    /** A sealed frame that its shard could not open. */
    void countSealed(Transport transport, FrameFault fault) {
        sealedFaults[transport.ordinal()][fault.ordinal()]++;
    }

    void passedOn(Transport transport) {
        passedOn[transport.ordinal()]++;
    }

    void judgedHere(Transport transport) {
        judgedHere[transport.ordinal()]++;
    }

    void handedOver(Transport transport) {
        handedOver[transport.ordinal()]++;
    }

    void takenOver(Transport transport) {
        takenOver[transport.ordinal()]++;
    }

    /** A TCP stream that could not be cut into frames. */
    void streamError() {
        streamErrors++;
    }

    /** What the kernel says it dropped on the loop's socket, a u32 that wraps. */
    void kernelDropsAre(int dropped) {
        kernelDrops += Integer.toUnsignedLong(dropped - kernelDropsSeen);
        kernelDropsSeen = dropped;
    }

    long kernelDrops() {
        return kernelDrops;
    }

    long streamErrors() {
        return streamErrors;
    }

    Received received() {
        Map<Transport, Long> delimited = new EnumMap<>(Transport.class);
        Map<Transport, Long> authenticated = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            int i = transport.ordinal();
            delimited.put(transport, framed[i]);
            authenticated.put(
                    transport,
                    judgedHere[i]
                            + takenOver[i]
                            - Arrays.stream(sealedFaults[i]).sum());
        }
        return new Received(datagramsRead, delimited, authenticated);
    }

    Map<DatagramOutcome, Long> datagrams() {
        Map<DatagramOutcome, Long> map = new EnumMap<>(DatagramOutcome.class);
        for (DatagramOutcome outcome : DatagramOutcome.values()) {
            map.put(outcome, datagrams[outcome.ordinal()]);
        }
        return map;
    }

    Map<Transport, Map<FrameFault, Long>> faults() {
        Map<Transport, Map<FrameFault, Long>> map = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            Map<FrameFault, Long> counts = new EnumMap<>(FrameFault.class);
            for (FrameFault fault : FrameFault.values()) {
                int i = transport.ordinal();
                counts.put(fault, faults[i][fault.ordinal()] + sealedFaults[i][fault.ordinal()]);
            }
            map.put(transport, counts);
        }
        return map;
    }

    /** Frames on their way from this loop to other shards, less those on their way here. Summed over loops: in hand-over. */
    long handOverBalance() {
        long sum = 0;
        for (int i = 0; i < TRANSPORTS; i++) {
            sum += handedOver[i] - takenOver[i];
        }
        return sum;
    }

    /**
     * What this loop's own laws disagree on; 0 unless there is a bug: datagrams read = their outcomes; frames delimited = faults +
     * passed on; passed on = judged here + handed over; judged by the shard + sealed ones it could not open = judged here + taken
     * over.
     */
    long residual(ToLong judgedByShard) {
        long sum = datagramsRead;
        for (long count : datagrams) {
            sum -= count;
        }
        long residual = Math.abs(sum);
        for (Transport transport : Transport.values()) {
            int i = transport.ordinal();
            long unexplained = framed[i] - passedOn[i];
            for (long count : faults[i]) {
                unexplained -= count;
            }
            residual += Math.abs(unexplained);
            residual += Math.abs(passedOn[i] - judgedHere[i] - handedOver[i]);
            long dropped = 0;
            for (long count : sealedFaults[i]) {
                dropped += count;
            }
            residual += Math.abs(judgedByShard.of(transport) + dropped - judgedHere[i] - takenOver[i]);
        }
        return residual;
    }

    /** The shard's own count of all outcomes of a transport. */
    @FunctionalInterface
    interface ToLong {
        long of(Transport transport);
    }
}
