package dev.baliza.server.e2e;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.MessageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what strace wrote of a server ({@code -f -y -xx}, whole buffers), line by line: which records a sync that has returned
 * covers, and which frames each acknowledgement covers at the moment in which its system call begins.
 */
final class SystemCalls {
    private static final Pattern LINE = Pattern.compile("(\\d+) +[\\d.]+ (?:<\\.\\.\\. (\\w+) resumed>|(\\w+)\\()(.*)");
    private static final Pattern FILE = Pattern.compile("\\d+<((?:\\\\x..)*)>");
    private static final Pattern BYTES = Pattern.compile("[ =]\"((?:\\\\x..)+)\"");
    private static final Pattern RESULT = Pattern.compile("\\) += (-?\\d+)");
    private static final int SETTLING_KINDS = 3; // FRAME, REJECTED, DESCRIPTION: STORE §4

    /** The identity of a frame. */
    record Identity(long device, long epoch, long seq) {}

    /** A call that has begun. */
    private record Call(String file, ByteBuffer bytes, List<Identity> covered) {}

    private final Map<String, Call> begun = new HashMap<>();
    private final Map<String, ByteBuffer> unread = new HashMap<>();
    private final Map<String, List<Identity>> written = new HashMap<>();
    private final Set<Identity> durable = new HashSet<>();
    private final List<String> tooEarly = new ArrayList<>();
    private int acknowledgements;
    private int syncs;

    private void line(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.lookingAt()) {
            return; // a signal, an exit
        }
        String thread = line.group(1);
        String rest = text.substring(line.start(4));
        if (line.group(3) != null) {
            begins(thread, line.group(3), rest);
        }
        Matcher result = RESULT.matcher(rest);
        long value = Long.MIN_VALUE;
        while (result.find()) {
            value = Long.parseLong(result.group(1));
        }
        if (value != Long.MIN_VALUE) {
            Call call = begun.remove(thread);
            if (call != null) {
                ends(call, value);
            }
        }
    }

    private void begins(String thread, String name, String rest) {
        Matcher descriptor = FILE.matcher(rest);
        String file = descriptor.lookingAt() ? new String(bytes(descriptor.group(1)), StandardCharsets.UTF_8) : "";
        boolean journal = file.contains("/journal-");
        if (name.equals("fsync") || name.equals("fdatasync")) {
            if (journal) {
                begun.put(
                        thread,
                        new Call(file, ByteBuffer.allocate(0), List.copyOf(written.getOrDefault(file, List.of()))));
            }
        } else if (journal) {
            Matcher content = BYTES.matcher(rest);
            begun.put(
                    thread,
                    new Call(file, ByteBuffer.wrap(content.find() ? bytes(content.group(1)) : new byte[0]), List.of()));
        } else if (file.startsWith("socket:")) {
            Matcher content = BYTES.matcher(rest);
            while (content.find()) {
                leaves(ByteBuffer.wrap(bytes(content.group(1))));
            }
        }
    }

    private void ends(Call call, long value) {
        if (call.bytes.hasRemaining()) {
            records(call.file, call.bytes.limit((int) Math.max(0, value)));
        } else if (value == 0) {
            syncs++;
            durable.addAll(call.covered);
        }
    }

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex, 4 * i + 2, 4 * i + 4, 16);
        }
        return bytes;
    }

    /** Records may span two writes; a segment begins with its header. STORE §2, §3. */
    private void records(String file, ByteBuffer more) {
        ByteBuffer before = unread.get(file);
        ByteBuffer all = ByteBuffer.allocate((before == null ? 0 : before.remaining()) + more.remaining());
        if (before != null) {
            all.put(before);
        }
        all.put(more).flip();
        if (before == null) {
            all.position(40);
        }
        while (all.remaining() >= 50 && all.remaining() >= all.getInt(all.position() + 4)) {
            int at = all.position();
            if (all.get(at + 16) <= SETTLING_KINDS) {
                written.computeIfAbsent(file, ignored -> new ArrayList<>())
                        .add(new Identity(
                                all.getLong(at + 24), all.getInt(at + 20) & 0xFFFF_FFFFL, all.getLong(at + 32)));
            }
            all.position(at + all.getInt(at + 4));
        }
        unread.put(file, all);
    }

    private void leaves(ByteBuffer bytes) {
        if (bytes.getShort(0) != (short) Frame.MAGIC) {
            return; // HTTP
        }
        try {
            for (int at = 0; at < bytes.limit(); ) {
                int length = FrameCodec.frameLength(bytes, at, bytes.limit() - at, Limits.MAX_FRAME_BYTES);
                Frame frame = new Frame().wrap(bytes, at, length);
                frame.readExtensions();
                MessageType type = frame.type();
                if (type == MessageType.ACK || type == MessageType.WELCOME) {
                    leaves(frame.device(), MessageCodec.read(type, frame.payload()));
                }
                at += length;
            }
        } catch (ProtocolException e) {
            throw new IllegalStateException("the server sent what is no frame", e);
        }
    }

    private void leaves(long device, Message message) {
        if (message instanceof Message.Ack ack && ack.level().compareTo(AckLevel.STORED) >= 0) {
            acknowledgements++;
            covers(device, ack.epoch(), ack.next(), ack.settled());
        } else if (message instanceof Message.Welcome welcome) {
            for (Message.Welcome.Known known : welcome.known()) {
                covers(device, known.epoch(), known.next(), List.of(known.settled()));
            }
        }
    }

    /** The devices of the run begin their epochs at 0 and give nothing up: all below {@code next} was accepted. */
    private void covers(long device, long epoch, long next, List<Long> settled) {
        for (long seq = 0; seq < next; seq++) {
            check(new Identity(device, epoch, seq));
        }
        for (int bit = 0; bit < settled.size() * Long.SIZE; bit++) {
            if ((settled.get(bit / Long.SIZE) << bit) < 0) {
                check(new Identity(device, epoch, next + bit));
            }
        }
    }

    private void check(Identity identity) {
        if (!durable.contains(identity) && tooEarly.size() < 20) {
            tooEarly.add(identity + " is acknowledged as stored, but no sync that covers it has returned");
        }
    }

    /** What was said before it was true. */
    List<String> tooEarly() {
        return List.copyOf(tooEarly);
    }

    /** ACKs of level STORED or higher. */
    int acknowledgements() {
        return acknowledgements;
    }

    int syncs() {
        return syncs;
    }

    /** Frames in the journal that a sync covers. */
    int durable() {
        return durable.size();
    }

    /** Reads all lines, in their order. */
    static SystemCalls of(Stream<String> lines) {
        SystemCalls calls = new SystemCalls();
        lines.forEachOrdered(calls::line);
        return calls;
    }

    @Override
    public String toString() {
        @Nullable String first = tooEarly.isEmpty() ? null : tooEarly.get(0);
        return "%d syncs, %d frames synced, %d acknowledgements of level STORED, %d too early%s"
                .formatted(syncs, durable.size(), acknowledgements, tooEarly.size(), first == null ? "" : ": " + first);
    }
}
