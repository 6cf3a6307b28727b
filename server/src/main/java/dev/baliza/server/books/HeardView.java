package dev.baliza.server.books;

import dev.baliza.protocol.MessageType;

/**
 * An event or a text of a device. All text is safe to show on a terminal.
 *
 * @param type EVENT or TEXT
 * @param atMicros when it came
 * @param timeMicros when it happened, by the device's clock if that tells
 * @param severity of an event: 0 emergency to 7 debug; of a text 6
 * @param json whether the text says that it is JSON
 * @param author of a text, else empty
 */
public record HeardView(
        MessageType type, long atMicros, long timeMicros, int severity, boolean json, String author, String text) {}
