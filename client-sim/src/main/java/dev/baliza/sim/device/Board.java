package dev.baliza.sim.device;

import dev.baliza.protocol.Message;

/** A simulated board, as commands reach it. Confined to one thread. */
final class Board implements Orders.Body {
    private final String name;
    private final Plan plan;
    private final Sampler sampler;
    private Message.Result lastWords = new Message.Result(0, Message.Result.State.DONE, 0, "");

    Board(String name, Plan plan, Sampler sampler) {
        this.name = name;
        this.plan = plan;
        this.sampler = sampler;
    }

    @Override
    public String identity() {
        return name + ", simulated, " + plan.channels().size() + " channels";
    }

    @Override
    public String fault() {
        return plan.defects().stuck() ? "values do not change" : "";
    }

    @Override
    public void readNow() {
        sampler.atOnce();
    }

    @Override
    public void interval(long millis) {
        sampler.interval(millis * 1_000);
    }

    @Override
    public void rebootAfter(Message.Result result) {
        lastWords = result;
    }

    /** The result that goes before a boot; with id 0 when none was ordered. */
    Message.Result lastWords() {
        return lastWords;
    }
}
