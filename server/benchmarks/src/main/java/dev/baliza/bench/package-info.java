/** What a frame costs, piece by piece: JMH, one thread. Run: {@code java -jar server/benchmarks/target/benchmarks.jar}. */
@NullMarked
package dev.baliza.bench;

import org.jspecify.annotations.NullMarked;
