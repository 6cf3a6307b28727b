package dev.baliza.sim.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.dissect.Texts;
import dev.baliza.sim.scenario.Options;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code baliza ctl say}, {@code command} and {@code status} do. Thread: the caller's; it blocks. */
final class TalkCommands {
    private static final long POLL_MILLIS = 200;
    /** The device may answer at the last moment. */
    private static final long GRACE_MILLIS = 3_000;

    private static final Set<String> ENDS = Set.of("done", "refused", "expired");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CtlCommand ctl;
    private final CtlOptions options;
    private final PrintStream out;

    TalkCommands(CtlCommand ctl, CtlOptions options, PrintStream out) {
        this.ctl = ctl;
        this.options = options;
        this.out = out;
    }

    int say(String device, List<String> words, boolean wait) throws InterruptedException {
        Answered answered = ctl.answer(options, "say", Map.of("device", device, "text", String.join(" ", words)));
        return ordered("say", answered, wait, Set.of("acked", "expired"), Duration.ofSeconds(30));
    }

    /** @param given {@code NAME=VALUE} or {@code NAME:TYPE=VALUE} */
    int command(String device, String name, List<String> given, String deadline, boolean wait)
            throws InterruptedException {
        Duration within = Options.duration(deadline);
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("device", device);
        asked.put("name", name);
        asked.put("arguments", NamedArguments.parse(given, "NAME=VALUE or NAME:TYPE=VALUE"));
        asked.put("deadline", within.toSeconds());
        return ordered("command", ctl.answer(options, "command", asked), wait, ENDS, within);
    }

    /** Waits for each message that was queued; the exit status is the worst of them. */
    private int ordered(String operation, @Nullable Answered answered, boolean wait, Set<String> ends, Duration within)
            throws InterruptedException {
        if (answered == null || answered.status() != AdminStatus.OK || !wait) {
            return ctl.show(options, operation, answered);
        }
        int worst = 0;
        long end = System.nanoTime() + (within.toMillis() + GRACE_MILLIS) * 1_000_000;
        List<JsonNode> ended = new ArrayList<>();
        for (JsonNode queued : AnswerText.parse(answered.json()).path("messages")) {
            JsonNode message = queued.path("id").isTextual()
                    ? await(queued.path("id").asText(), ends, end)
                    : JSON.createObjectNode()
                            .put("device", queued.path("device").asText())
                            .put("state", "refused")
                            .put("output", queued.path("refusal").asText());
            ended.add(message);
            worst = Math.max(worst, status(message));
        }
        if (options.json) {
            out.println(JSON.createArrayNode().addAll(ended));
        } else {
            ended.forEach(message -> print(message, ended.size() > 1));
        }
        return worst;
    }

    private JsonNode await(String id, Set<String> ends, long endNanos) throws InterruptedException {
        JsonNode message = JSON.createObjectNode().put("state", "unknown");
        while (System.nanoTime() < endNanos) {
            Answered answered = ctl.answer(options, "message", Map.of("id", id));
            if (answered == null || answered.status() != AdminStatus.OK) {
                return message;
            }
            message = AnswerText.parse(answered.json());
            if (ends.contains(message.path("state").asText())) {
                return message;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return message;
    }

    private static int status(JsonNode message) {
        return switch (message.path("state").asText()) {
            case "acked" -> 0;
            case "done" -> message.path("exitStatus").asInt() & 0xFF;
            default -> CtlCommand.FAILED;
        };
    }

    private void print(JsonNode message, boolean several) {
        String state = message.path("state").asText();
        String output = Texts.plain(message.path("output").asText());
        String device = several ? Texts.plain(message.path("device").asText()) + ": " : "";
        String how = state.equals("done")
                ? (message.path("exitStatus").asInt() == 0 ? "" : "exit status " + message.path("exitStatus") + " ")
                : state + " ";
        out.println((device + how + output).strip());
    }
}
