package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.TalkView;
import dev.baliza.server.downlink.Downlink;
import dev.baliza.server.downlink.Receipt;
import dev.baliza.server.http.TalkJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code say}, {@code command}, {@code message} and {@code talk}. Thread: the desk's, which waits for the shards. */
public final class TalkOperations {
    private static final int MAX_LABEL = 128;
    private static final int ID_DIGITS = 16;
    private static final String ID = "[0-9a-fA-F]{" + ID_DIGITS + "}";
    private static final long MAX_DEADLINE_SECONDS = Duration.ofDays(30).toSeconds();
    private static final long DEFAULT_DEADLINE_SECONDS = 60;
    private static final long SHARDS_SECONDS = 10;

    private final Downlink downlink;

    public TalkOperations(Downlink downlink) {
        this.downlink = downlink;
    }

    public List<Operation> all() {
        Parameter device = Parameter.text("device", 1, MAX_LABEL).needed();
        return List.of(
                Operation.of(
                        "say",
                        Role.OPERATOR,
                        Operation.Kind.EFFECT,
                        "Send a text to a device, or with * in its name to a group.",
                        List.of(
                                device,
                                Parameter.text("text", 1, Limits.MAX_TEXT_BYTES).needed()),
                        this::say),
                Operation.of(
                        "command",
                        Role.OPERATOR,
                        Operation.Kind.EFFECT,
                        "Have a device, or a group, carry out a command.",
                        List.of(
                                device,
                                Parameter.text("name", 1, 64).needed(),
                                Parameter.object("arguments"),
                                Parameter.number("deadline", 1, MAX_DEADLINE_SECONDS)),
                        this::command),
                Operation.of(
                        "message",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "Tell how far a text or a command is.",
                        List.of(Parameter.text("id", ID_DIGITS, ID_DIGITS).needed()),
                        this::message),
                Operation.of(
                        "talk",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "Show what a device said and was told.",
                        List.of(device),
                        this::talk));
    }

    private static <T> T await(CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.copy().get(SHARDS_SECONDS, TimeUnit.SECONDS);
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** What the words of a request break is the asker's to mend. */
    private static CompletionStage<Answer> refused(IllegalArgumentException e) {
        return done(Answer.not(AdminStatus.REFUSED, String.valueOf(e.getMessage())));
    }

    private CompletionStage<Answer> say(Operation.Request request) throws Exception {
        Arguments asked = request.arguments();
        try {
            return ordered(
                    await(downlink.say(asked.needed("device"), request.caller().name(), asked.needed("text"))));
        } catch (IllegalArgumentException e) {
            return refused(e);
        }
    }

    private CompletionStage<Answer> command(Operation.Request request) throws Exception {
        Arguments asked = request.arguments();
        try {
            return ordered(await(downlink.command(
                    asked.needed("device"),
                    asked.needed("name"),
                    CommandArguments.of(asked.object("arguments")),
                    Duration.ofSeconds(asked.number("deadline", DEFAULT_DEADLINE_SECONDS)))));
        } catch (IllegalArgumentException e) {
            return refused(e);
        }
    }

    /** OK when a message was queued for one device at least. */
    private static CompletionStage<Answer> ordered(List<Receipt> receipts) {
        Optional<Receipt> refusal =
                receipts.stream().filter(r -> r.refusal() != null).findFirst();
        boolean all = receipts.stream().allMatch(r -> r.refusal() != null);
        if (all && refusal.isPresent()) {
            Receipt first = refusal.get();
            return done(Answer.not(
                    AdminStatus.FAILED, first.device() + ": " + first.refusal(), g -> receipts(g, receipts)));
        }
        return done(Answer.ok(g -> receipts(g, receipts)));
    }

    private static void receipts(JsonGenerator g, List<Receipt> receipts) throws IOException {
        g.writeArrayFieldStart("messages");
        for (Receipt receipt : receipts) {
            g.writeStartObject();
            g.writeStringField("device", receipt.device());
            g.writeStringField("id", receipt.refusal() == null ? Names.hex(receipt.id()) : null);
            g.writeStringField("refusal", receipt.refusal());
            g.writeEndObject();
        }
        g.writeEndArray();
    }

    private CompletionStage<Answer> message(Operation.Request request) throws Exception {
        String id = request.arguments().needed("id");
        if (!id.matches(ID)) {
            return done(
                    Answer.not(AdminStatus.REFUSED, "'id' must be 16 hexadecimal digits, as say and command print it"));
        }
        Optional<DownlinkView> found = await(downlink.status(Long.parseUnsignedLong(id, 16)));
        return done(found.map(view -> Answer.ok(g -> {
                    g.writeStringField("device", view.device());
                    TalkJson.members(g, view);
                }))
                .orElseGet(() -> Answer.not(
                        AdminStatus.FAILED,
                        "no message " + id + ": it was never queued here, or is forgotten by now")));
    }

    private CompletionStage<Answer> talk(Operation.Request request) throws Exception {
        String device = request.arguments().needed("device");
        Optional<TalkView> found = await(downlink.history(device));
        return done(found.map(view -> Answer.ok(g -> TalkJson.write(g, view)))
                .orElseGet(() -> Answer.not(
                        AdminStatus.FAILED,
                        "no device '" + device + "' has sent anything; 'devices' lists those that have")));
    }
}
