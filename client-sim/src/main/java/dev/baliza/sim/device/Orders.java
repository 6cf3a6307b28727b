package dev.baliza.sim.device;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out commands, each id once. Its memory outlives boots, as flash does. Confined to one thread. Spec: SPEC §7.7. Limits: 64 ids.
 */
final class Orders {
    private static final long MAX_INTERVAL_MILLIS = 3_600_000;

    /** What a command can do to the device. */
    interface Body {
        /** In a line: what it is. */
        String identity();

        /** Empty when all is well, else what is wrong. */
        String fault();

        /** Takes its vectors so far as a batch. */
        void readNow();

        void interval(long millis);

        /** Boots, once this result is acknowledged. */
        void rebootAfter(Message.Result result);
    }

    private final Set<Long> remembered = new LinkedHashSet<>();
    private final Body body;
    private long carriedOut;

    Orders(Body body) {
        this.body = body;
    }

    /** Commands that were carried out; refused ones are not. */
    long carriedOut() {
        return carriedOut;
    }

    /** What to answer; null when this id was answered before. */
    Message.@Nullable Result take(Message.Command command) {
        if (!remembered.add(command.id())) {
            return null;
        }
        if (remembered.size() > Limits.MAX_REMEMBERED_COMMANDS) {
            Iterator<Long> oldest = remembered.iterator();
            oldest.next();
            oldest.remove();
        }
        if (command.deadlineSeconds() == 0) {
            return result(command, Message.Result.State.EXPIRED, 0, "");
        }
        boolean bare = command.arguments().isEmpty();
        return switch (command.name()) {
            case "identify" -> bare ? done(command, 0, body.identity()) : surplus(command);
            case "self-test" -> bare ? selfTest(command) : surplus(command);
            case "read-now" -> bare ? readNow(command) : surplus(command);
            case "reboot" -> bare ? reboot(command) : surplus(command);
            case "set-interval" -> setInterval(command);
            default ->
                refused(
                        command,
                        "no command " + command.name()
                                + " here; there are identify, reboot, self-test, read-now, set-interval");
        };
    }

    private Message.Result selfTest(Message.Command command) {
        String fault = body.fault();
        return fault.isEmpty() ? done(command, 0, "all channels answer") : done(command, 1, fault);
    }

    private Message.Result readNow(Message.Command command) {
        body.readNow();
        return done(command, 0, "");
    }

    private Message.Result reboot(Message.Command command) {
        Message.Result result = done(command, 0, "booting");
        body.rebootAfter(result);
        return result;
    }

    private Message.Result setInterval(Message.Command command) {
        if (command.arguments().size() != 1
                || !command.arguments().get(0).name().equals("millis")
                || command.arguments().get(0).type().form() != SensorType.Form.INTEGER
                || !(command.arguments().get(0).value() instanceof Value.Whole millis)) {
            return refused(command, "set-interval takes one argument: millis, a whole number");
        }
        if (millis.raw() < 1 || millis.raw() > MAX_INTERVAL_MILLIS) {
            return refused(command, "millis is 1 to " + MAX_INTERVAL_MILLIS + ", not " + millis.raw());
        }
        body.interval(millis.raw());
        return done(command, 0, "every " + millis.raw() + " ms");
    }

    private Message.Result done(Message.Command command, int exitStatus, String output) {
        carriedOut++;
        return result(command, Message.Result.State.DONE, exitStatus, output);
    }

    private static Message.Result surplus(Message.Command command) {
        return refused(command, command.name() + " takes no arguments");
    }

    private static Message.Result refused(Message.Command command, String why) {
        return result(command, Message.Result.State.REFUSED, 0, why);
    }

    private static Message.Result result(
            Message.Command command, Message.Result.State state, int exitStatus, String output) {
        return new Message.Result(command.id(), state, exitStatus, output);
    }
}
