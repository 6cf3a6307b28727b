package dev.baliza.server.books;

/**
 * A file that a device sent.
 *
 * @param name what the device calls it; text for people, never a path
 * @param device id of the one that sent it first; 0 when that is not known
 * @param label what it was called then
 */
public record FileView(
        String sha256, long size, String name, String mediaType, long device, String label, long receivedMicros) {}
