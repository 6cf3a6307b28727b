package dev.baliza.server.postfix;

import dev.baliza.protocol.Names;
import dev.baliza.server.units.Unit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A channel that a device does not send: the server computes it from readings. Written {@code device/quantity/channel in unit =
 * expression}. Immutable.
 *
 * @param device label of the device that gets it; {@code *} stands for any characters
 * @param channel its name; empty: shown as the quantity
 * @param unit UCUM, of what the expression yields
 */
public record DerivedRule(String device, String quantity, String channel, String unit, Expression expression) {
    /** In one configuration. */
    public static final int MAX_RULES = 64;

    private static final Pattern FORM = Pattern.compile("(.+?)(?:\\s+in\\s+(\\S+))?\\s+=\\s*(.*)");

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static DerivedRule parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        check(
                matcher.matches(),
                "must have the form 'lab-*/dew_point/ in Cel = expression', with blanks around '='; without a unit leave"
                        + " out 'in Cel'");
        check(text.indexOf(',') < 0, "must have no comma: commas separate derived channels");
        String[] target = matcher.group(1).split("/", 3);
        String device = target.length == 3 ? target[0] : "*";
        String quantity = target[target.length == 3 ? 1 : 0];
        String channel = target.length == 1 ? "" : target[target.length - 1];
        String unit = matcher.group(2) == null ? "" : matcher.group(2);
        check(
                Names.isQuantity(quantity),
                "names the quantity '" + quantity + "', which must be 1 to 48 of a-z 0-9 _ and start with a letter; a"
                        + " device goes before it, as in lab-*/dew_point/, where the channel may be empty");
        check(
                !device.isEmpty() && Names.isDevice(device.replace('*', '0')),
                "names '" + device + "', which no device can be called; use a name with * for any characters");
        check(channel.isEmpty() || Names.isLabel(channel), "names a channel that is longer than 64 bytes");
        check(
                Names.isUnit(unit) && Unit.of(unit).known(),
                "has the unit '" + unit + "', which is not known; use a UCUM code such as Cel, %, Pa or kW");
        Expression expression = Expression.compile(matcher.group(3));
        check(
                expression.inputs().stream().anyMatch(ReadingName::isOwn),
                "needs a reading of the device itself, such as ./temperature: it is computed when one arrives");
        return new DerivedRule(device, quantity, channel, unit, expression);
    }

    /**
     * What is wrong with rules beside each other: too many, the same channel twice, or one that reads what another one computes.
     *
     * @return by the index of the rule, in words for the user
     */
    public static Map<Integer, String> conflicts(List<DerivedRule> rules) {
        Map<Integer, String> conflicts = new TreeMap<>();
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            DerivedRule rule = rules.get(i);
            Integer earlier = first.putIfAbsent(rule.target(), i);
            if (i >= MAX_RULES) {
                conflicts.put(i, "is one too many: there can be " + MAX_RULES + "; use * for several devices");
            } else if (earlier != null) {
                conflicts.put(i, "is the same channel as derived channel " + (earlier + 1) + "; remove one of them");
            } else if (rules.stream().anyMatch(rule::reads)) {
                conflicts.put(
                        i,
                        "reads a derived channel, and these are computed from received readings only, so that there can be"
                                + " no loop; write out what it stands for");
            }
        }
        return conflicts;
    }

    private String target() {
        return device + "/" + quantity + "/" + channel;
    }

    private boolean reads(DerivedRule other) {
        return expression.inputs().stream()
                .map(ReadingName::reading)
                .anyMatch(reading -> reading.equals(other.quantity + "/" + other.label())
                        || (other.channel.isEmpty() && reading.equals(other.quantity)));
    }

    private String label() {
        return channel.isEmpty() ? quantity : channel;
    }

    /** Whether a device with this label gets the channel. */
    public boolean appliesTo(String label) {
        return Pattern.matches(Pattern.quote(device).replace("*", "\\E.*\\Q"), label);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
