package dev.baliza.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A message of a file transfer; both sides offer and receive. Spec: SPEC §14. */
public sealed interface FileMessage extends Message.Exchange {
    /** Bit 63 of a transfer that a server offers. */
    long OF_SERVER = Long.MIN_VALUE;

    /** Number of the transfer, chosen by the side that has the file. */
    long transfer();

    /** Whether the server is the side that has the file. */
    default boolean isFromServersFile() {
        return transfer() < 0;
    }

    /**
     * A file is to be had. Spec: SPEC §14.1.
     *
     * @param sha256 of all bytes; 64 hexadecimal digits, lower case
     * @param name for people, never a path
     */
    record Offer(long transfer, long size, String sha256, String name, String mediaType) implements FileMessage {
        public Offer {
            if (sha256.length() != 2 * Limits.HASH_BYTES) {
                throw new IllegalArgumentException("a SHA-256 has 64 digits");
            }
        }

        @Override
        public MessageType type() {
            return MessageType.FILE_OFFER;
        }

        /** The digest's 32 bytes. */
        public byte[] hashBytes() {
            return HexFormat.of().parseHex(sha256);
        }
    }

    /**
     * What the receiver still wants. Spec: SPEC §14.2.
     *
     * @param horizon bytes below it that no range names are held; of those behind it nothing is said
     * @param window bytes that may be on the way at a time
     * @param refusal {@link FileRefusal#code}, possibly of a later version
     * @param retryAfter units of 100 ms
     * @param missing rising and apart, at most 64
     */
    record Accept(long transfer, long horizon, long window, int refusal, int retryAfter, List<FileRange> missing)
            implements FileMessage {
        public Accept {
            missing = List.copyOf(missing);
        }

        @Override
        public MessageType type() {
            return MessageType.FILE_ACCEPT;
        }
    }

    /**
     * Bytes of the file. Spec: SPEC §14.3.
     *
     * @param bytes position to limit; may borrow those of a frame
     */
    record Chunk(long transfer, long offset, ByteBuffer bytes) implements FileMessage {
        @Override
        public MessageType type() {
            return MessageType.FILE_CHUNK;
        }

        /** One that owns its bytes. */
        public Chunk copy() {
            byte[] own = new byte[bytes.remaining()];
            bytes.get(bytes.position(), own);
            return new Chunk(transfer, offset, ByteBuffer.wrap(own));
        }
    }

    /**
     * The transfer is over. Spec: SPEC §14.4.
     *
     * @param state {@link FileState#code}, possibly of a later version
     */
    record Done(long transfer, int state, String text) implements FileMessage {
        public Done(long transfer, FileState state, String text) {
            this(transfer, state.code(), text);
        }

        @Override
        public MessageType type() {
            return MessageType.FILE_DONE;
        }
    }

    /** Lower-case digits of a digest. */
    static String hex(byte[] sha256) {
        return HexFormat.of().formatHex(Arrays.copyOf(sha256, Limits.HASH_BYTES));
    }
}
