package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.SensorType;
import dev.baliza.server.books.Shape;
import dev.baliza.server.postfix.DerivedRule;
import dev.baliza.server.postfix.ReadingName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The derived channels of one device, and the readings that it hands to others. A channel is there from when the device has described all
 * inputs that are its own. Thread: its shard's.
 */
final class DerivedChannels {
    private final SeriesScope scope;
    private final Map<DerivedRule, DerivedChannel> known = new LinkedHashMap<>();
    private List<Channel> shown = List.of();

    DerivedChannels(SeriesScope scope) {
        this.scope = scope;
    }

    /** Those that are computed now. */
    List<Channel> shown() {
        return shown;
    }

    /**
     * Follows a new label or new descriptions.
     *
     * @param received channels that the device sends
     * @param maker of a channel with room for its series, or refused
     */
    void resolve(String label, Collection<Channel> received, Function<ChannelDescription, Channel> maker) {
        Set<DeviceSeries.Key> names = new HashSet<>();
        for (Channel channel : received) {
            names.add(channel.traits.key);
            for (Series series : channel.series) {
                series.dependents = Series.NOBODY;
            }
        }
        List<Channel> now = new ArrayList<>();
        for (DerivedRule rule : scope.derived().rules()) {
            if (rule.appliesTo(label) && hasInputs(rule, received)) {
                DerivedChannel derived = known.computeIfAbsent(rule, r -> make(r, maker));
                boolean isFree = names.add(derived.channel().traits.key);
                derived.setTaken(!isFree);
                connect(rule, derived, received);
                if (isFree) {
                    now.add(derived.channel());
                }
            }
        }
        shown = List.copyOf(now);
        for (ReadingName wanted : scope.derived().wantedOf(label)) {
            DerivedInput.Own input = new DerivedInput.Own(named(wanted, received));
            attach(input, new HandedOver(wanted, input, scope.derived()));
        }
    }

    private static boolean hasInputs(DerivedRule rule, Collection<Channel> received) {
        return rule.expression().inputs().stream()
                .allMatch(input -> !input.isOwn() || named(input, received).length > 0);
    }

    private DerivedChannel make(DerivedRule rule, Function<ChannelDescription, Channel> maker) {
        Channel channel =
                maker.apply(ChannelDescription.gauge(0, SensorType.F64, rule.quantity(), rule.channel(), rule.unit()));
        DerivedInput[] inputs = rule.expression().inputs().stream()
                .map(input -> input.isOwn()
                        ? new DerivedInput.Own(new Series[0])
                        : new DerivedInput.Foreign(scope.derived().handOver(input)))
                .toArray(DerivedInput[]::new);
        return new DerivedChannel(channel, rule.expression(), inputs, scope);
    }

    private static void connect(DerivedRule rule, DerivedChannel derived, Collection<Channel> received) {
        for (int i = 0; i < derived.inputs().length; i++) {
            if (derived.inputs()[i] instanceof DerivedInput.Own own) {
                own.use(named(rule.expression().inputs().get(i), received));
                attach(own, derived);
                for (Series series : own.series()) {
                    derived.channel().series[0].expectAtLeastEvery(series);
                }
            }
        }
    }

    private static void attach(DerivedInput.Own input, Dependent dependent) {
        for (Series series : input.series()) {
            series.dependents = Arrays.copyOf(series.dependents, series.dependents.length + 1);
            series.dependents[series.dependents.length - 1] = dependent;
        }
    }

    /** Numbers of that name; states and texts are none. */
    private static Series[] named(ReadingName name, Collection<Channel> received) {
        List<Series> found = new ArrayList<>();
        for (Channel channel : received) {
            ChannelDescription d = channel.description();
            Shape shape = Channel.shape(d);
            if (channel.refusal != null || shape == null || shape == Shape.STATES) {
                continue;
            }
            for (Series series : channel.series) {
                if (name.names(d.quantity(), d.label(), series.component)) {
                    found.add(series);
                }
            }
        }
        return found.toArray(Series[]::new);
    }
}
