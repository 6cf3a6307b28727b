package dev.baliza.protocol;

/** Fixed bounds of the protocol. Spec: SPEC §2.6, §3, §5, §7. */
public final class Limits {
    /** Header of every frame. */
    public static final int HEADER_BYTES = 32;
    /** CRC-32C at the end of a frame. */
    public static final int CHECKSUM_BYTES = 4;
    /** A frame without payload. */
    public static final int MIN_FRAME_BYTES = HEADER_BYTES + CHECKSUM_BYTES;
    /** What the u16 length field can say. */
    public static final int MAX_FRAME_BYTES = 65_535;
    /** 65,535 − 20 (IPv4 header) − 8 (UDP header). */
    public static final int MAX_DATAGRAM_BYTES = 65_507;
    /** What senders default to: fits an IPv6 path of 1,280 with room for a tunnel. */
    public static final int DEFAULT_DATAGRAM_BYTES = 1_200;
    /** A HELLO frame, so that WELCOME is never longer (SPEC §6.1.1): 36 + 52 + 3 × 16. */
    public static final int MIN_HELLO_BYTES = 136;
    /** Long enough for the shortest ACK and NACK (SPEC §9.1). */
    public static final int MIN_RELIABLE_BYTES = 64;
    /** Numbers on either side of cum that the ledger tracks. */
    public static final int WINDOW = 1_024;
    /** back of a frame that says nothing about its floor. */
    public static final int BACK_UNSET = 0xFFFF;
    /** Epochs from here on are refused (SPEC §4.2.4). */
    public static final long EPOCH_LIMIT = 0xF000_0000L;

    public static final int MAX_OPEN_EPOCHS = 4;
    public static final int MAX_CHANNELS = 64;
    public static final int MAX_SETS = 16;
    /** Sets kept after they were replaced. */
    public static final int MAX_OLD_SETS = 16;

    public static final int MAX_NAME_BYTES = 64;
    public static final int MAX_QUANTITY_BYTES = 48;
    public static final int MAX_UNIT_BYTES = 32;
    public static final int MAX_BUCKETS = 32;
    public static final int MAX_LABELS = 64;
    public static final int MAX_SCALE = 18;
    public static final int TOKEN_BYTES = 8;
    public static final int NONCE_BYTES = 16;
    /** Numbers from cum on that a device tracks of its server (SPEC §7.9.1). */
    public static final int DOWNLINK_WINDOW = 64;
    /** Body of an EVENT. */
    public static final int MAX_EVENT_BYTES = 4_096;
    /** Text of a TEXT, output of a RESULT. */
    public static final int MAX_TEXT_BYTES = 1_000;
    /** Author of a TEXT. */
    public static final int MAX_AUTHOR_BYTES = 64;
    /** Payload of a COMMAND: with 48 bytes around it when sealed it fits a datagram of 1,200. */
    public static final int MAX_COMMAND_BYTES = 1_100;

    public static final int MAX_ARGUMENTS = 16;
    /** Command ids a device remembers (SPEC §7.7.2). */
    public static final int MAX_REMEMBERED_COMMANDS = 64;
    /** Bitmap bytes of an ACK: the whole window. */
    public static final int MAX_BITMAP_BYTES = WINDOW / 8;

    /** SHA-256 of a file. */
    public static final int HASH_BYTES = 32;
    /** Ranges in a FILE_ACCEPT: 36 + 24 + 64 × 16 = 1,084 bytes, one datagram. */
    public static final int MAX_FILE_RANGES = 64;

    /** An operation's name. */
    public static final int MAX_OPERATION_BYTES = 32;
    /** Answer bytes that one ADMIN_RESULT carries: its sealed frame has at most {@link #DEFAULT_DATAGRAM_BYTES}. */
    public static final int ADMIN_PART_BYTES = 1_120;
    /** ADMIN_RESULT frames that one ADMIN may cause (SPEC §16.3.3). */
    public static final int ADMIN_PARTS_AT_ONCE = 16;

    private Limits() {}
}
