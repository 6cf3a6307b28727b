package dev.baliza.server.metrics;

/**
 * What {@link Metric#BUILD_INFO} says.
 *
 * @param version of Baliza
 * @param transport the I/O in use: "epoll", "io_uring" or "nio"
 * @param java version of the JVM
 * @param insecure whether anyone may speak to the device ports
 */
public record BuildInfo(String version, String transport, String java, boolean insecure) {}
