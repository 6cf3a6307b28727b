package dev.baliza.sim.tap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.dissect.Advice;
import dev.baliza.protocol.dissect.Texts;
import dev.baliza.sim.decode.DissectionText;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Events as lines for people. What to do about a code is said once. Confined to one thread. */
final class EventText {
    private static final int CLOCK_START = 11;
    private static final int CLOCK_CHARS = 15;

    private final Set<ErrorCode> advised = EnumSet.noneOf(ErrorCode.class);

    /** One line, and more for what is wrong and for the bytes. */
    String of(JsonNode event) {
        if (event.has("lost")) {
            return "... " + event.path("lost").asLong() + " events lost: this tap reads too slowly; use filters\n";
        }
        StringBuilder out = new StringBuilder(clock(event.path("time").asText()));
        word(out, event.path("transport").asText());
        word(out, event.path("remote").asText());
        word(out, event.path("device").asText(event.path("id").asText()));
        if (event.has("type")) {
            word(out, event.path("type").asText());
            word(out, "epoch=" + event.path("epoch").asText());
            word(out, "seq=" + event.path("seq").asText());
            word(out, "pn=" + event.path("pn").asText());
            word(out, "level=" + event.path("level").asText());
        }
        word(out, event.path("size").asText() + "B");
        word(out, event.path("outcome").asText().toUpperCase(Locale.ROOT));
        word(out, event.path("readings").asText());
        event.path("skipped")
                .properties()
                .forEach(skip -> word(out, "skipped:" + skip.getKey() + "=" + skip.getValue()));
        out.append('\n');
        why(out, event);
        if (event.has("bytes")) {
            bytes(out, event.path("bytes").asText());
        }
        return out.toString();
    }

    /** Time of day from a date in ISO form. */
    private static String clock(String time) {
        String plain = time.replace("Z", "");
        if (plain.length() <= CLOCK_START) {
            return Texts.escape(plain);
        }
        String clock = plain.substring(CLOCK_START) + (plain.contains(".") ? "" : ".");
        return Texts.escape((clock + "000000").substring(0, CLOCK_CHARS));
    }

    private static void word(StringBuilder out, String word) {
        if (!word.isEmpty()) {
            out.append("  ").append(Texts.escape(word));
        }
    }

    private void why(StringBuilder out, JsonNode event) {
        String code = event.path("code").asText();
        String detail = event.path("detail").asText();
        if (!code.isEmpty() || !detail.isEmpty()) {
            String separator = code.isEmpty() || detail.isEmpty() ? "" : ": ";
            out.append("    ")
                    .append(Texts.escape(code))
                    .append(separator)
                    .append(Texts.escape(detail))
                    .append('\n');
        }
        Optional<ErrorCode> known = Arrays.stream(ErrorCode.values())
                .filter(candidate -> candidate.name().equals(code))
                .findFirst();
        if (known.isPresent() && advised.add(known.get())) {
            out.append("    ").append(Advice.of(known.get())).append('\n');
        }
    }

    private static void bytes(StringBuilder out, String hex) {
        try {
            out.append(DissectionText.table(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
        } catch (IllegalArgumentException e) {
            out.append("    the server sent bytes that are not hexadecimal\n");
        }
    }
}
