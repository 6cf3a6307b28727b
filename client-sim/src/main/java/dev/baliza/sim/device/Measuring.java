package dev.baliza.sim.device;

import dev.baliza.protocol.Message;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes frames of what the sampler takes, and describes the channels before that. Confined to one thread. Spec: SPEC §7.2, §7.3. */
final class Measuring {
    private static final int DESCRIBE_SPREAD_MICROS = 1_000_000;

    private final Plan plan;
    private final Sampler sampler;
    private final Outbox outbox;
    private final Random random;
    private @Nullable Issued description;
    private long describeAtMicros;
    private long readingsIssued;

    Measuring(Plan plan, Sampler sampler, Outbox outbox, Random random) {
        this.plan = plan;
        this.sampler = sampler;
        this.outbox = outbox;
        this.random = random;
    }

    /** Readings in all frames that got an identity. */
    long readingsIssued() {
        return readingsIssued;
    }

    /** After a boot. */
    void forget() {
        sampler.forget();
        describeAtMicros = 0;
    }

    void describe(Life now, long nowMicros) {
        describeAtMicros = 0;
        description = outbox.issue(now, new Message.Describe(plan.set()), true, Batch.none(nowMicros), nowMicros);
    }

    /** The server does not know the description: it goes again within a second (SPEC §7.3.2); returns when. */
    long describeSoon(long nowMicros) {
        if (describeAtMicros == 0) {
            describeAtMicros = nowMicros + random.nextInt(DESCRIBE_SPREAD_MICROS);
        }
        return describeAtMicros;
    }

    void describeIfDue(Life now, long nowMicros) {
        if (describeAtMicros > 0 && nowMicros >= describeAtMicros) {
            describe(now, nowMicros);
        }
    }

    /** Whether the server has the description. */
    boolean isDescribed(Life now) {
        Issued told = description;
        return told != null && now.waiting(told.seq()) == null;
    }

    /** @param all also what is no full batch */
    void issueBatches(Life now, boolean all, long nowMicros) {
        while (now.hasRoom() && (sampler.hasFullBatch() || (all && !sampler.isEmpty()))) {
            Batch batch = sampler.take();
            issue(now, batch, sampler.message(batch), nowMicros);
            if (!plan.named().isEmpty() && now.hasRoom()) {
                Batch named = sampler.takeNamed(nowMicros);
                issue(now, named, sampler.namedMessage(named), nowMicros);
            }
        }
    }

    private void issue(Life now, Batch batch, Message message, long nowMicros) {
        readingsIssued += batch.readings();
        outbox.issue(now, message, plan.reliable(), batch, nowMicros);
    }
}
