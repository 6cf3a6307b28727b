package dev.baliza.server.store;

/**
 * Where the fields of a record stand, big-endian. Spec: STORE §3.
 *
 * <pre>
 *  0 u32 checksum    4 u32 length      8 u64 position   16 u8 kind   17 u8 flags   18 u16 code
 * 20 u32 epoch      24 u64 device     32 u64 seq        40 u64 arrivalMicros       48 u16 back
 * 50 payload
 * </pre>
 */
final class RecordLayout {
    static final int CHECKSUM_OFFSET = 0;
    static final int LENGTH_OFFSET = 4;
    static final int POSITION_OFFSET = 8;
    static final int KIND_OFFSET = 16;
    static final int FLAGS_OFFSET = 17;
    static final int CODE_OFFSET = 18;
    static final int EPOCH_OFFSET = 20;
    static final int DEVICE_OFFSET = 24;
    static final int SEQ_OFFSET = 32;
    static final int ARRIVAL_OFFSET = 40;
    static final int BACK_OFFSET = 48;
    static final int HEAD_BYTES = 50;

    /** Longest record: twice what a frame can be. */
    static final int MAX_BYTES = 128 * 1024;

    /** Flag: this record begins a group, so all before it were synced. */
    static final int FIRST_OF_GROUP = 1;

    /** Flag: the frame came by UDP. */
    static final int BY_UDP = 2;

    private RecordLayout() {}
}
