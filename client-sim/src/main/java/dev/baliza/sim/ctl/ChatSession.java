package dev.baliza.sim.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.dissect.Texts;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A talk with one device: what it says comes up as lines, what is typed goes to it. Where lines are read and shown is not its business.
 * Thread: {@link #poll} and {@link #say} may be called from two.
 */
final class ChatSession {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Asks the server; null when no answer came. */
    @FunctionalInterface
    interface Asker {
        @Nullable
        Answered ask(String operation, Map<String, Object> arguments) throws InterruptedException;
    }

    private final String device;
    private final Asker asker;
    private long heard = -1;

    ChatSession(String device, Asker asker) {
        this.device = device;
        this.asker = asker;
    }

    /**
     * What the device said since the last call; at the first call the last lines of both sides.
     *
     * @return lines for a terminal: nothing in them commands it
     */
    List<String> poll() throws InterruptedException {
        Answered answered = asker.ask("talk", Map.of("device", device));
        if (answered == null || answered.status() != AdminStatus.OK) {
            return List.of("-- " + problem(answered));
        }
        JsonNode talk = AnswerText.parse(answered.json());
        List<String> lines = new ArrayList<>();
        JsonNode events = talk.path("events");
        long count = talk.path("heard").asLong();
        long fresh = heard < 0 ? events.size() : Math.min(events.size(), count - heard);
        for (int i = (int) (events.size() - fresh); i < events.size(); i++) {
            lines.add(line(events.get(i)));
        }
        heard = count;
        return lines;
    }

    private static String line(JsonNode event) {
        String author = event.path("author").asText();
        String time = CLOCK.format(Instant.ofEpochMilli(event.path("atMicros").asLong() / 1_000));
        String who = event.path("type").asText().equals("text") ? (author.isEmpty() ? "" : author + ": ") : "* ";
        return time + "  " + Texts.plain(who + event.path("text").asText());
    }

    /** Sends a line; what is wrong, or null. */
    @Nullable
    String say(String text) throws InterruptedException {
        Answered answered = asker.ask("say", Map.of("device", device, "text", text));
        return answered != null && answered.status() == AdminStatus.OK ? null : problem(answered);
    }

    private static String problem(@Nullable Answered answered) {
        return answered == null
                ? "no answer from the server"
                : Texts.plain(AnswerText.parse(answered.json()).path("error").asText("the server does not say why"));
    }
}
