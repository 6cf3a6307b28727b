package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.AdminStatus;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What an operator is told, as a JSON object. Immutable. Limits: 256 KiB. Spec: SPEC §16.3. */
public final class Answer {
    static final int MAX_BYTES = 256 * 1024;
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes the members of an object that is open already. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator g) throws IOException;
    }

    private final AdminStatus status;
    private final String error;
    private final byte[] json;

    private Answer(AdminStatus status, String error, byte[] json) {
        this.status = status;
        this.error = error;
        this.json = json;
    }

    public static Answer ok(Members members) {
        return of(AdminStatus.OK, "", members);
    }

    /** Anything but OK: {@code error} says what is wrong and what to do. */
    public static Answer not(AdminStatus status, String error) {
        return not(status, error, g -> {});
    }

    /** The same with more members behind {@code error}. */
    public static Answer not(AdminStatus status, String error, Members more) {
        return of(status, error, g -> {
            g.writeStringField("error", error);
            more.write(g);
        });
    }

    private static Answer of(AdminStatus status, String error, Members members) {
        byte[] json = object(members);
        return json.length <= MAX_BYTES
                ? new Answer(status, error, json)
                : not(
                        AdminStatus.FAILED,
                        "the answer has " + json.length + " bytes, more than " + MAX_BYTES + "; ask for less");
    }

    /** An object as UTF-8. */
    static byte[] object(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator g = FACTORY.createGenerator(out)) {
            g.writeStartObject();
            members.write(g);
            g.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public AdminStatus status() {
        return status;
    }

    /** Empty when it is OK. */
    String error() {
        return error;
    }

    int bytes() {
        return json.length;
    }

    /** The parts to send for one ADMIN: from the wanted one on, at most 16 (SPEC §16.3.3). */
    List<Message.AdminResult> parts(long request, int wanted) {
        int parts = Math.max(1, (json.length + Limits.ADMIN_PART_BYTES - 1) / Limits.ADMIN_PART_BYTES);
        int first = Math.min(wanted, parts - 1);
        int end = Math.min(parts, first + Limits.ADMIN_PARTS_AT_ONCE);
        List<Message.AdminResult> results = new ArrayList<>(end - first);
        for (int part = first; part < end; part++) {
            int from = part * Limits.ADMIN_PART_BYTES;
            int length = Math.min(Limits.ADMIN_PART_BYTES, json.length - from);
            ByteBuffer bytes = ByteBuffer.wrap(json).slice(from, length);
            results.add(new Message.AdminResult(request, part, parts, status.code(), bytes));
        }
        return results;
    }
}
