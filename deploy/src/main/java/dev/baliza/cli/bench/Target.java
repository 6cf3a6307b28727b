package dev.baliza.cli.bench;

import java.io.IOException;
import java.time.Duration;

/** A receiver and the generator that feeds it. Thread: one. */
interface Target extends AutoCloseable {
    /** Offers frames for a while, and waits until what arrived is counted. */
    Trial trial(double framesPerSecond, Duration length) throws IOException, InterruptedException;

    @Override
    void close();
}
