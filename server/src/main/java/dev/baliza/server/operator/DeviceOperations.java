package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.seal.Role;
import dev.baliza.server.books.Books;
import dev.baliza.server.books.DeviceView;
import dev.baliza.server.http.DeviceJson;
import dev.baliza.server.session.ResetOutcome;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code devices}, {@code device} and {@code reset}. Thread: the desk's, which waits for the books. */
public final class DeviceOperations {
    private static final int CHUNK = 1_000;
    private static final int MAX_LIMIT = 500;
    private static final int MAX_LABEL = 128;
    private static final long SILENT_SECONDS = 120;
    private static final long BOOKS_SECONDS = 10;
    private static final String ID = "[0-9a-fA-F]{16}";

    private final Books books;
    private final DeviceControl control;
    private final InstantSource clock;

    public DeviceOperations(Books books, DeviceControl control, InstantSource clock) {
        this.books = books;
        this.control = control;
        this.clock = clock;
    }

    public List<Operation> all() {
        return List.of(
                Operation.of(
                        "devices",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "List devices in the order of their ids, with what is missing and lost.",
                        List.of(
                                Parameter.text("filter", 1, MAX_LABEL),
                                Parameter.number("limit", 1, MAX_LIMIT),
                                Parameter.text("after", 16, 16)),
                        this::list),
                Operation.of(
                        "device",
                        Role.VIEWER,
                        Operation.Kind.READ,
                        "Show the whole ledger of a device.",
                        List.of(Parameter.text("device", 1, MAX_LABEL).needed()),
                        this::show),
                Operation.of(
                        "reset",
                        Role.OPERATOR,
                        Operation.Kind.EFFECT,
                        "Forget a device's epochs, so that a board that was written anew can begin again.",
                        List.of(Parameter.text("device", 1, MAX_LABEL).needed()),
                        this::reset));
    }

    private static <T> T await(CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.copy().get(BOOKS_SECONDS, TimeUnit.SECONDS);
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private CompletionStage<Answer> list(Operation.Request request) throws Exception {
        String filter = request.arguments().text("filter").orElse("").toLowerCase(Locale.ROOT);
        int limit = (int) request.arguments().number("limit", 100);
        String from = request.arguments().text("after").orElse("0");
        if (!from.equals("0") && !from.matches(ID)) {
            return done(Answer.not(AdminStatus.REFUSED, "'after' must be the id of a device: 16 hexadecimal digits"));
        }
        long after = Long.parseUnsignedLong(from, 16);
        List<DeviceView> found = new ArrayList<>();
        boolean more = true;
        while (more && found.size() <= limit) { // one more than asked for tells whether there is a next page
            List<DeviceView> chunk = await(books.devices(after, CHUNK, false));
            more = chunk.size() == CHUNK;
            for (DeviceView device : chunk) {
                after = device.id();
                if (device.label().toLowerCase(Locale.ROOT).contains(filter)) {
                    found.add(device);
                }
            }
        }
        long nowMicros = clock.millis() * 1_000;
        List<DeviceView> page = found.subList(0, Math.min(limit, found.size()));
        return done(Answer.ok(g -> {
            g.writeArrayFieldStart("devices");
            for (DeviceView device : page) {
                row(g, device, nowMicros);
            }
            g.writeEndArray();
            boolean rest = found.size() > page.size();
            g.writeStringField(
                    "next", rest ? Names.hex(page.get(page.size() - 1).id()) : null);
        }));
    }

    private static void row(JsonGenerator g, DeviceView device, long nowMicros) throws IOException {
        long silent = Math.max(0, (nowMicros - device.lastSeenMicros()) / 1_000_000);
        g.writeStartObject();
        g.writeStringField("id", Names.hex(device.id()));
        g.writeStringField("label", device.label());
        g.writeStringField("state", silent > SILENT_SECONDS ? "silent" : "active");
        g.writeNumberField("silentSeconds", silent);
        g.writeStringField("transport", device.transport().label());
        g.writeStringField("peer", device.peer());
        g.writeNumberField("epoch", device.currentEpoch());
        g.writeNumberField("readings", device.readings());
        g.writeNumberField("missing", device.ledger().missing());
        g.writeNumberField("outstanding", device.ledger().outstanding());
        g.writeNumberField("lost", device.ledger().lost());
        g.writeEndObject();
    }

    private static Answer unknown(String device) {
        return Answer.not(
                AdminStatus.FAILED, "no device '" + device + "' has sent anything; 'devices' lists those that have");
    }

    private CompletionStage<Answer> show(Operation.Request request) throws Exception {
        String wanted = request.arguments().needed("device");
        Optional<DeviceView> device = await(books.device(wanted));
        return done(
                device.map(d -> Answer.ok(g -> DeviceJson.write(g, d, true))).orElseGet(() -> unknown(wanted)));
    }

    private CompletionStage<Answer> reset(Operation.Request request) throws Exception {
        String wanted = request.arguments().needed("device");
        Optional<DeviceView> device = await(books.device(wanted));
        if (device.isEmpty()) {
            return done(unknown(wanted));
        }
        ResetOutcome outcome = await(control.reset(device.get().id()));
        String label = device.get().label();
        return done(
                switch (outcome) {
                    case DONE ->
                        Answer.ok(g -> {
                            g.writeStringField("device", label);
                            g.writeStringField("id", Names.hex(device.get().id()));
                            g.writeNumberField(
                                    "forgottenEpochs", device.get().epochs().size());
                        });
                    case UNKNOWN_DEVICE -> unknown(wanted);
                    case KEY_IN_FORCE ->
                        Answer.not(
                                AdminStatus.REFUSED,
                                "frames of '" + label + "' were sealed with a key that is in force, and could be played"
                                        + " back; baliza keys rotate " + label
                                        + ", give the device the new key, revoke the old one, then reset");
                    case PENDING ->
                        Answer.not(AdminStatus.FAILED, "frames of '" + label + "' wait for the store; try again");
                });
    }
}
