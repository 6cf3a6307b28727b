package dev.baliza.server.session;

import dev.baliza.protocol.ChannelDescription;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.NamedReading;
import dev.baliza.protocol.SensorType;
import dev.baliza.protocol.Value;
import dev.baliza.protocol.codec.BatchDecoder;
import dev.baliza.protocol.codec.ReadingVisitor;
import dev.baliza.protocol.dissect.Texts;
import java.math.BigDecimal;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The content of a frame in a line: of named readings the first, of rows and columns the last vector, of talk the words. */
final class ReadingsText {
    private static final int SHOWN = 4;

    private ReadingsText() {}

    /** Null when the frame has none. */
    static @Nullable String of(Content content) {
        if (content instanceof Content.Rows rows) {
            return rows(rows);
        }
        if (content instanceof Content.Said said) {
            return said(said.message());
        }
        return content instanceof Content.Named named ? named(named) : null;
    }

    private static @Nullable String said(Message message) {
        if (message instanceof Message.Event event) {
            return "event severity=" + event.severity() + " " + Texts.escape(event.body());
        }
        if (message instanceof Message.Text text) {
            return "text " + Texts.escape(text.author()) + ": " + Texts.escape(text.text());
        }
        return message instanceof Message.Result result
                ? "result of %016x: %s %d %s"
                        .formatted(result.command(), result.state(), result.exitStatus(), Texts.escape(result.output()))
                : null;
    }

    private static String named(Content.Named content) {
        List<NamedReading> readings = content.batch().readings();
        StringJoiner out = new StringJoiner(" ");
        for (NamedReading reading : readings.subList(0, Math.min(SHOWN, readings.size()))) {
            out.add(one(reading.quantity(), reading.name(), text(reading.value(), reading.type()), reading.unit()));
        }
        return withRest(out, readings.size());
    }

    private static String rows(Content.Rows content) {
        List<ChannelDescription> channels = content.set().set().channels();
        String[] newest = new String[channels.size()];
        new BatchDecoder().visit(content.batch(), content.set().types(), new ReadingVisitor() {
            @Override
            public void whole(int channel, long time, int quality, long raw) {
                ChannelDescription description = channels.get(channel);
                BigDecimal value = new BigDecimal(integer(raw, description.type()));
                newest[channel] = value.scaleByPowerOfTen(description.scale()).toPlainString();
            }

            @Override
            public void real(int channel, long time, int quality, double value) {
                newest[channel] = decimal(value, channels.get(channel).type());
            }

            @Override
            public void components(int channel, long time, int quality, double a, double b, double c, double d) {
                newest[channel] = parts(
                        new Value.Components(a, b, c, d), channels.get(channel).type());
            }
        });
        StringJoiner out = new StringJoiner(" ");
        for (int i = 0; i < Math.min(SHOWN, newest.length); i++) {
            ChannelDescription channel = channels.get(i);
            out.add(one(channel.quantity(), channel.name(), newest[i], channel.unit()));
        }
        return withRest(out, (int) content.readings());
    }

    private static String one(String quantity, String name, String value, String unit) {
        return quantity + (name.isEmpty() ? "" : "/" + name) + "=" + value + unit;
    }

    private static String withRest(StringJoiner shown, int count) {
        int rest = count - SHOWN;
        return rest > 0 ? shown + " (of " + count + " readings)" : shown.toString();
    }

    private static String text(Value value, SensorType type) {
        if (value instanceof Value.Whole whole) {
            return integer(whole.raw(), type);
        }
        if (value instanceof Value.Real real) {
            return decimal(real.value(), type);
        }
        if (value instanceof Value.Components components) {
            return parts(components, type);
        }
        return value instanceof Value.Octets octets ? "(" + octets.bytes().remaining() + " bytes)" : "";
    }

    private static String integer(long raw, SensorType type) {
        return type == SensorType.U64 ? Long.toUnsignedString(raw) : Long.toString(raw);
    }

    private static String decimal(double value, SensorType type) {
        return type == SensorType.F32 ? Float.toString((float) value) : Double.toString(value);
    }

    private static String parts(Value.Components parts, SensorType type) {
        double[] all = {parts.a(), parts.b(), parts.c(), parts.d()};
        StringJoiner out = new StringJoiner(",", "(", ")");
        for (int i = 0; i < type.components(); i++) {
            out.add(Double.toString(all[i]));
        }
        return out.toString();
    }
}
