package dev.baliza.server.books;

import java.util.List;

/**
 * What a device and the people at the server said to each other.
 *
 * @param heard the last events and texts of the device, oldest first
 * @param heardCount how many there were in all
 * @param results how many RESULT frames were counted
 * @param sent messages to the device that wait, and the last that do not, oldest first
 */
public record TalkView(
        long id, String device, List<HeardView> heard, long heardCount, long results, List<DownlinkView> sent) {}
