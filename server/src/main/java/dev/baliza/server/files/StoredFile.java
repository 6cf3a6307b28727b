package dev.baliza.server.files;

/**
 * A file that is whole.
 *
 * @param device id of the one that sent it first; 0 when that is not known
 * @param label what it was called then
 */
record StoredFile(
        String sha256, long size, String name, String mediaType, long device, String label, long receivedMicros) {}
