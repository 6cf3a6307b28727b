package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the audit log, each of which names the hash of the one before: {@code hash} is the SHA-256 of the line's bytes before
 * {@code ,"hash"}. Thread: one at a time.
 */
final class AuditChain {
    /** What the first record of all names as the one before. */
    static final String ORIGIN = "0".repeat(64);

    private static final Pattern LINE = Pattern.compile("(\\{.*),\"hash\":\"([0-9a-f]{64})\"\\}", Pattern.DOTALL);
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final JsonFactory FACTORY = new JsonFactory();

    /** What a line says of its place in the chain. */
    record Link(long sequence, String previous, String hash) {}

    /** A line to be written. */
    record Next(long sequence, String line, String hash) {}

    private long next;
    private String last;

    /**
     * Goes on behind a record.
     *
     * @param sequence of the last record, 0 for none
     * @param hash of it, or {@link #ORIGIN}
     */
    AuditChain(long sequence, String hash) {
        next = sequence + 1;
        last = hash;
    }

    /** Hash of the last record. */
    String lastHash() {
        return last;
    }

    /**
     * The next line, without its end; it belongs to the chain once it is {@linkplain #written}.
     *
     * @param suppressed records that were left out since the one before
     */
    Next next(AuditRecord record, Instant time, long suppressed) {
        byte[] object = Answer.object(g -> {
            g.writeNumberField("sequence", next);
            g.writeStringField("time", time.toString());
            g.writeStringField("operator", record.operator());
            g.writeStringField("role", record.role());
            g.writeStringField("address", record.address());
            g.writeStringField("request", record.request());
            g.writeStringField("operation", record.operation());
            g.writeObjectFieldStart("arguments");
            members(g, record.arguments());
            g.writeEndObject();
            g.writeStringField("outcome", record.outcome());
            g.writeStringField("detail", record.detail());
            if (suppressed > 0) {
                g.writeNumberField("suppressed", suppressed);
            }
            g.writeStringField("previous", last);
        });
        String open = new String(object, 0, object.length - 1, StandardCharsets.UTF_8);
        String hash = hash(open);
        return new Next(next, open + ",\"hash\":\"" + hash + "\"}", hash);
    }

    void written(Next line) {
        last = line.hash;
        next++;
    }

    private static void members(JsonGenerator g, Map<String, Object> arguments) throws IOException {
        for (Map.Entry<String, Object> argument : arguments.entrySet()) {
            g.writeFieldName(argument.getKey());
            if (argument.getValue() instanceof Long number) {
                g.writeNumber(number);
            } else if (argument.getValue() instanceof Boolean flag) {
                g.writeBoolean(flag);
            } else if (argument.getValue() instanceof Map<?, ?> inner) {
                g.writeStartObject();
                for (Map.Entry<?, ?> one : inner.entrySet()) {
                    g.writeStringField(String.valueOf(one.getKey()), String.valueOf(one.getValue()));
                }
                g.writeEndObject();
            } else {
                g.writeString(String.valueOf(argument.getValue()));
            }
        }
    }

    /** A line's place in the chain; empty when it is no line of an audit log, or its hash is not its own. */
    static Optional<Link> read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || !hash(matcher.group(1)).equals(matcher.group(2))) {
            return Optional.empty();
        }
        long sequence = 0;
        String previous = "";
        try (JsonParser in = FACTORY.createParser(line)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals("sequence") && value == JsonToken.VALUE_NUMBER_INT) {
                    sequence = in.getLongValue();
                } else if (name.equals("previous") && value == JsonToken.VALUE_STRING) {
                    previous = in.getText();
                } else {
                    in.skipChildren();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return sequence > 0 && HASH.matcher(previous).matches()
                ? Optional.of(new Link(sequence, previous, matcher.group(2)))
                : Optional.empty();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
