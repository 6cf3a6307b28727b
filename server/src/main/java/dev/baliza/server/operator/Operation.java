package dev.baliza.server.operator;

import dev.baliza.protocol.seal.Role;
import dev.baliza.server.session.Caller;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Something that operators can ask for; other packages add theirs by {@link Operations}.
 *
 * @param name as in ADMIN (SPEC §16.2.1)
 * @param role the least that may ask
 * @param purpose one short sentence
 * @param off why it is switched off, and how to switch it on; empty when it is on
 */
public record Operation(
        String name,
        Role role,
        Kind kind,
        String purpose,
        List<Parameter> parameters,
        Optional<String> off,
        Work work) {
    /** What it does to the server. */
    public enum Kind {
        /** Looks on; its audit record may be left out when there are too many. */
        READ,
        /** Changes something: the audit log has it on disk before it begins. */
        EFFECT,
        /** The same, and local users without a key may not. */
        GUARDED
    }

    /**
     * What an operator asked.
     *
     * @param arguments checked against the parameters
     */
    public record Request(Caller caller, Arguments arguments) {}

    /** Does it. Thread: the desk's, which it may block for a few seconds; longer work goes to a thread of its own. */
    @FunctionalInterface
    public interface Work {
        /**
         * Begins.
         *
         * @return completed on a thread that may block, not on an event loop
         */
        CompletionStage<Answer> begin(Request request) throws Exception;
    }

    public Operation {
        parameters = List.copyOf(parameters);
    }

    /** One that is on. */
    public static Operation of(
            String name, Role role, Kind kind, String purpose, List<Parameter> parameters, Work work) {
        return new Operation(name, role, kind, purpose, parameters, Optional.empty(), work);
    }

    /** The same, switched off. */
    public Operation off(String why) {
        return new Operation(name, role, kind, purpose, parameters, Optional.of(why), work);
    }

    /** Why this caller may not; empty when it may. */
    Optional<String> forbids(Caller caller) {
        Role has = caller.role();
        if (has == null || !has.includes(role)) {
            return Optional.of("'" + name + "' needs the role " + role.label()
                    + (has == null ? "" : "; this key has " + has.label()));
        }
        if (caller.keyless() && kind == Kind.GUARDED) {
            return Optional.of("'" + name + "' needs a key; make one with: baliza keys new --role admin NAME");
        }
        return off.map(why -> "'" + name + "' is off: " + why);
    }
}
