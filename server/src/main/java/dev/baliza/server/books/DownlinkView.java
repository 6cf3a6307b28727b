package dev.baliza.server.books;

import dev.baliza.protocol.MessageType;

/**
 * A message to a device. All text is safe to show on a terminal.
 *
 * @param id unique over restarts; as operators name it
 * @param device its label
 * @param type TEXT or COMMAND
 * @param author of a text, else empty
 * @param text the words, or the command with its arguments
 * @param exitStatus of a command that is done, else 0
 * @param output of the command; why it was refused
 * @param transmissions how often it was sent
 */
public record DownlinkView(
        long id,
        String device,
        MessageType type,
        String author,
        String text,
        DownlinkState state,
        int exitStatus,
        String output,
        long queuedMicros,
        long changedMicros,
        long deadlineMicros,
        int transmissions) {}
