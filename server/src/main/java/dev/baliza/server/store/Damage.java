package dev.baliza.server.store;

/**
 * Bytes of a file that could not be read.
 *
 * @param offset where they begin
 * @param bytes how many
 * @param firstPosition of the records that stood there
 * @param records how many positions are missing from it on; {@link Reason#TORN}: whole records that are set aside with it
 */
public record Damage(Reason reason, String file, long offset, long bytes, long firstPosition, long records) {
    /** What it means. */
    public enum Reason {
        /** Committed records cannot be read. */
        RECORDS,
        /** The last group of a process that ended without closing, not acknowledged: no loss. */
        TORN,
        /** The header of a segment; its name was used, no record is missing for it. */
        HEADER,
        /** A snapshot; the one before it is used. */
        SNAPSHOT
    }

    /** For people: where, what, and what it means. */
    @Override
    public String toString() {
        String where = file + ", " + bytes + " bytes from offset " + offset + ": ";
        return switch (reason) {
            case RECORDS ->
                where + records + " records from position " + firstPosition
                        + " on cannot be read; the others are used. Keep the file and check the disk";
            case TORN -> where + "a group was being written when the server ended; nothing of it was acknowledged";
            case HEADER -> where + "the header cannot be read; no record is missing, for the name says the same";
            case SNAPSHOT ->
                where + "the snapshot cannot be read; an older one is used. Keep the file and check the disk";
        };
    }
}
