package dev.baliza.server.http;

/**
 * What the page says about the server itself.
 *
 * @param insecure whether anyone may speak to the device ports; shown as a banner
 */
public record PageInfo(String version, boolean insecure) {}
