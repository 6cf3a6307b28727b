package dev.baliza.sim.scenario;

import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.protocol.tls.TlsContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One run of the simulator.
 *
 * @param http of the same server, for the verdict
 * @param interval between vectors (one reading of each channel)
 * @param batch vectors per frame
 * @param encoding of what the devices describe
 * @param keys of the devices that seal their frames
 * @param events texts and events that each device sends a second of its own accord
 * @param tls of devices on TCP; null: in the clear
 */
public record Scenario(
        InetSocketAddress server,
        WebServer http,
        int devices,
        int channels,
        Duration interval,
        Duration duration,
        TransportMix transport,
        Delivery delivery,
        int batch,
        EncodingMix encoding,
        long seed,
        Faults faults,
        String namePrefix,
        KeyRing keys,
        double events,
        @Nullable TlsContext tls) {

    /** Which transports the devices use. */
    public enum TransportMix {
        TCP,
        UDP,
        /** Every other device. */
        MIXED;

        /** Whether the device of this index uses TCP. */
        public boolean isTcp(int index) {
            return this == TCP || (this == MIXED && index % 2 == 1);
        }
    }

    /** How the devices send the channels that they described. */
    public enum EncodingMix {
        ROWS,
        COLUMNS,
        /** Two devices, one of each transport, in columns, the next two in rows. */
        MIXED;

        /** Whether the device of this index sends columns. */
        public boolean isColumns(int index) {
            return this == COLUMNS || (this == MIXED && index % 4 < 2);
        }
    }

    /** Whether readings are acknowledged and sent again. */
    public enum Delivery {
        RELIABLE,
        BEST_EFFORT
    }

    public Scenario {
        require(devices >= 1 && devices <= 100_000, "--devices must be 1 to 100000");
        require(channels >= 1 && channels <= 64, "--channels must be 1 to 64");
        require(batch >= 1 && batch <= 100, "--batch must be 1 to 100");
        require(events >= 0 && events <= 1_000, "--events must be 0 to 1000 a second");
        require(interval.toMillis() >= 1, "--interval must be at least 1ms");
        require(!duration.isNegative() && !duration.isZero(), "--duration must be positive");
    }

    /** The name of a device: stable per index, so a second run meets the same devices. */
    public String deviceName(int index) {
        return "%s%04d".formatted(namePrefix, index + 1);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
