package dev.baliza.server.aggregate;

import dev.baliza.protocol.CalcResult;
import dev.baliza.server.postfix.Expression;
import dev.baliza.server.postfix.PostfixMachine;

/** A channel of a device that the server computes, at most once for each frame. Thread: the device's shard's. */
final class DerivedChannel implements Dependent {
    private final Channel channel;
    private final Expression expression;
    private final DerivedInput[] inputs;
    private final double[] values;
    private final PostfixMachine machine = new PostfixMachine(PostfixMachine.DEEP);
    private final SeriesScope scope;
    private boolean taken;
    private long counted;

    DerivedChannel(Channel channel, Expression expression, DerivedInput[] inputs, SeriesScope scope) {
        this.channel = channel;
        this.expression = expression;
        this.inputs = inputs;
        this.scope = scope;
        values = new double[inputs.length];
    }

    Channel channel() {
        return channel;
    }

    DerivedInput[] inputs() {
        return inputs;
    }

    /** Whether another channel of the device has its name, so that this one is neither computed nor shown. */
    void setTaken(boolean isTaken) {
        taken = isTaken;
    }

    boolean isTaken() {
        return taken;
    }

    @Override
    public void run(long arrivalMicros, long epoch, long seq) {
        long count = 0;
        for (DerivedInput input : inputs) {
            count += input instanceof DerivedInput.Own own ? own.count() : 0;
        }
        if (count != counted) {
            counted = count;
            scope.countDerived(compute(arrivalMicros, epoch, seq));
        }
    }

    private DerivedOutcome compute(long arrivalMicros, long epoch, long seq) {
        if (taken) {
            return DerivedOutcome.TAKEN;
        }
        if (channel.refusal != null) {
            return DerivedOutcome.REFUSED;
        }
        long newest = Long.MIN_VALUE;
        for (int i = 0; i < inputs.length; i++) {
            DerivedOutcome found =
                    inputs[i].look(arrivalMicros - scope.derived().maxAgeMicros());
            if (found != DerivedOutcome.COMPUTED) {
                return found;
            }
            values[i] = inputs[i].value().value();
            newest = Math.max(newest, inputs[i].value().eventMicros());
        }
        CalcResult result = expression.evaluate(machine, values);
        double value = result == CalcResult.OK ? channel.traits.conversion.apply(machine.value()) : Double.NaN;
        if (!Double.isFinite(value)) {
            return DerivedOutcome.NOT_FINITE;
        }
        channel.series[0].add(value, newest, epoch, seq, arrivalMicros);
        return DerivedOutcome.COMPUTED;
    }
}
