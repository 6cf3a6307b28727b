package dev.baliza.server.http;

/**
 * What the page says about the server itself.
 *
 * @param insecure whether anyone may speak to the device ports; shown as a banner
 * @param instance random number of this process, u32
 */
public record PageInfo(String version, boolean insecure, long instance) {}
