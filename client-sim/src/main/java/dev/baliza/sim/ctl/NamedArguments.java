package dev.baliza.sim.ctl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arguments of a program or a command, as they are typed. */
final class NamedArguments {
    private NamedArguments() {}

    /**
     * Names and values, in the order given.
     *
     * @param shape what each must look like, for the message
     * @throws IllegalArgumentException one has no name; the message says which
     */
    static Map<String, String> parse(List<String> given, String shape) {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + one + "' must be " + shape);
            }
            arguments.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return arguments;
    }
}
