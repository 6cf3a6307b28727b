package dev.baliza.sim.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.dissect.Texts;
import java.util.Locale;

/** Answers in lines for people; what came from devices cannot command the terminal. */
final class AnswerText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AnswerText() {}

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    static String of(String operation, JsonNode answer) {
        return switch (operation) {
            case "whoami" -> whoami(answer);
            case "devices" -> devices(answer);
            case "config" -> config(answer);
            case "files" -> files(answer);
            case "say", "command" -> messages(answer);
            case "message" -> message(answer);
            case "talk" -> talk(answer);
            case "push" -> text(answer, "device") + " has it\n";
            case "exec" -> answer.path("output").asText();
            case "reset" -> "forgotten: " + text(answer, "device") + "; its next frame begins a new life\n";
            default -> pretty(answer);
        };
    }

    private static String text(JsonNode node, String member) {
        return Texts.plain(node.path(member).asText());
    }

    private static String whoami(JsonNode answer) {
        StringBuilder out = new StringBuilder();
        out.append("%s (%s)%n".formatted(text(answer, "name"), text(answer, "role")));
        for (JsonNode operation : answer.path("operations")) {
            out.append("  %-10s %s%n".formatted(text(operation, "name"), text(operation, "purpose")));
        }
        return out.toString();
    }

    private static String devices(JsonNode answer) {
        StringBuilder out = new StringBuilder(row("device", "state", "way", "epoch", "readings", "missing", "lost"));
        for (JsonNode device : answer.path("devices")) {
            out.append(row(
                    text(device, "label"),
                    text(device, "state"),
                    text(device, "transport"),
                    text(device, "epoch"),
                    text(device, "readings"),
                    text(device, "missing"),
                    text(device, "lost")));
        }
        if (answer.path("next").isTextual()) {
            out.append("more: --after ").append(text(answer, "next")).append(System.lineSeparator());
        }
        return out.toString();
    }

    private static String files(JsonNode answer) {
        StringBuilder out = new StringBuilder();
        for (JsonNode file : answer.path("files")) {
            out.append("%s %,14d  %-20s %s%n"
                    .formatted(
                            text(file, "sha256"), file.path("size").asLong(), text(file, "label"), text(file, "name")));
        }
        return out.toString();
    }

    private static String messages(JsonNode answer) {
        StringBuilder out = new StringBuilder();
        for (JsonNode message : answer.path("messages")) {
            boolean queued = message.path("id").isTextual();
            out.append("%s  %s%n"
                    .formatted(
                            queued ? text(message, "id") : "refused: " + text(message, "refusal"),
                            text(message, "device")));
        }
        return out.toString();
    }

    private static String message(JsonNode message) {
        return "%s  %-8s %s %s  %s%n"
                .formatted(
                        text(message, "id"),
                        text(message, "state"),
                        message.path("type").asText().equals("command") ? "exit " + text(message, "exitStatus") : "",
                        text(message, "text"),
                        text(message, "output"));
    }

    private static String talk(JsonNode answer) {
        StringBuilder out = new StringBuilder();
        for (JsonNode event : answer.path("events")) {
            out.append("<  %s %s%n".formatted(text(event, "author"), text(event, "text")));
        }
        for (JsonNode sent : answer.path("sent")) {
            out.append(">  ").append(message(sent));
        }
        return out.toString();
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%-32s %-7s %-4s %11s %12s %9s %9s%n", (Object[]) cells);
    }

    private static String config(JsonNode answer) {
        StringBuilder out = new StringBuilder();
        for (JsonNode key : answer.path("keys")) {
            out.append("%s: %s  # %s%n".formatted(text(key, "key"), text(key, "value"), text(key, "origin")));
        }
        return out.toString();
    }

    /** JSON escapes control characters itself. */
    private static String pretty(JsonNode answer) {
        return answer.toPrettyString() + System.lineSeparator();
    }
}
