package dev.baliza.server.aggregate;

import dev.baliza.server.postfix.ReadingName;

/** Shows the newest value of a reading to derived channels of other devices. Thread: the device's shard's. */
final class HandedOver implements Dependent {
    private final ReadingName name;
    private final DerivedInput.Own input;
    private final DerivedRules to;

    HandedOver(ReadingName name, DerivedInput.Own input, DerivedRules to) {
        this.name = name;
        this.input = input;
        this.to = to;
    }

    @Override
    public void run(long arrivalMicros, long epoch, long seq) {
        if (input.look(arrivalMicros - to.maxAgeMicros()) == DerivedOutcome.COMPUTED) {
            to.handOver(name).set(input.value());
        }
    }
}
