package dev.baliza.server.files;

/**
 * How sending a file to a device ended.
 *
 * @param ok whether the device has it
 * @param text for people
 */
public record PushResult(boolean ok, String text) {}
