/** What Prometheus reads: the catalogue of the server's metrics, and the exposition of books, sensor series and JVM. */
@NullMarked
package dev.baliza.server.metrics;

import org.jspecify.annotations.NullMarked;
