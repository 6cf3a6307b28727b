package dev.baliza.server.downlink;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.books.DownlinkView;
import dev.baliza.server.books.TalkView;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The operators' side of the talk with devices: say something, order something, ask what became of it.
 *
 * <p>A device is named by its label or by 16 hexadecimal digits; a name with {@code *} is a group, as {@code lab-*}. Thread: any; the
 * futures complete on a shard's thread, so do not block there. Spec: SPEC §7.6, §7.7, §7.9. Limits: of {@link DownlinkQueue}, for each
 * device.
 */
public final class Downlink {
    /** A text waits a day for its device: long enough for one that wakes once in a while. */
    static final Duration TEXT_DEADLINE = Duration.ofDays(1);

    static final Duration MAX_DEADLINE = Duration.ofDays(30);

    private final List<Door> shards;
    private final AtomicLong nextId;

    /**
     * @param instance random number of this server process, u32: ids begin with it, so none comes again after a restart
     * @param shards all of them
     */
    public Downlink(long instance, List<Door> shards) {
        this.shards = List.copyOf(shards);
        nextId = new AtomicLong((instance << 32) + 1);
    }

    /**
     * Queues a text for each device of the name.
     *
     * @param author who says it; at most 64 bytes
     * @return one receipt for each device; one with a refusal when there is none
     * @throws IllegalArgumentException author or text is too long
     */
    public CompletableFuture<List<Receipt>> say(String deviceOrGroup, String author, String text) {
        atMost("the author's name", author, Limits.MAX_AUTHOR_BYTES);
        atMost("the text", text, Limits.MAX_TEXT_BYTES);
        return order(deviceOrGroup, id -> new Message.Text(id, author, text), TEXT_DEADLINE);
    }

    /**
     * Queues a command for each device of the name. A device does it at most once.
     *
     * @param deadline after which nobody waits any more, 1 s to 30 days; counts from now
     * @return one receipt for each device; one with a refusal when there is none
     * @throws IllegalArgumentException a name, value, size or the deadline breaks its rule
     */
    public CompletableFuture<List<Receipt>> command(
            String deviceOrGroup, String name, List<Message.Command.Argument> arguments, Duration deadline) {
        if (!Names.isCommand(name)) {
            throw new IllegalArgumentException(
                    "a command's name is 1 to 64 of a-z 0-9 - and starts with a letter, as set-interval");
        }
        if (arguments.size() > Limits.MAX_ARGUMENTS) {
            throw new IllegalArgumentException("a command has at most 16 arguments, not " + arguments.size());
        }
        for (Message.Command.Argument argument : arguments) {
            if (!Names.isArgument(argument.name())) {
                throw new IllegalArgumentException(
                        "an argument's name is 1 to 48 of a-z 0-9 _ - and starts with a letter, as millis");
            }
        }
        if (deadline.compareTo(Duration.ofSeconds(1)) < 0 || deadline.compareTo(MAX_DEADLINE) > 0) {
            throw new IllegalArgumentException("the deadline is 1s to 30 days from now, not " + deadline);
        }
        return order(deviceOrGroup, id -> new Message.Command(id, deadline.toSeconds(), name, arguments), deadline);
    }

    /** What became of a message; empty when the id is unknown or forgotten. */
    public CompletableFuture<Optional<DownlinkView>> status(long id) {
        return ask((directory, now) -> directory.all().stream()
                        .map(one -> Optional.ofNullable(one.queue().find(id, one.label())))
                        .flatMap(Optional::stream)
                        .toList())
                .thenApply(found -> found.stream().findFirst());
    }

    /** What one device said and was told, newest last; empty when there is no such device. */
    public CompletableFuture<Optional<TalkView>> history(String device) {
        return ask((directory, now) ->
                        directory.find(device).stream().map(Conversation::view).toList())
                .thenApply(found -> found.stream().findFirst());
    }

    private CompletableFuture<List<Receipt>> order(
            String deviceOrGroup, Function<Long, Message> message, Duration deadline) {
        int bytes = size(message.apply(1L));
        long deadlineMicros = deadline.toMillis() * 1_000;
        return ask((directory, now) -> {
                    List<Receipt> receipts = new ArrayList<>();
                    for (Conversation one : directory.find(deviceOrGroup)) {
                        long id = nextId.getAndIncrement();
                        String refusal =
                                one.offer(new Outgoing(id, message.apply(id), bytes, now, now + deadlineMicros));
                        receipts.add(new Receipt(one.label(), refusal == null ? id : 0, refusal));
                    }
                    return receipts;
                })
                .thenApply(receipts -> receipts.isEmpty()
                        ? List.of(new Receipt(
                                deviceOrGroup,
                                0,
                                "no such device; one is known once it has sent a frame since the server started"))
                        : receipts.stream()
                                .sorted(Comparator.comparing(Receipt::device))
                                .toList());
    }

    /** Of the payload; refuses one that would not fit a datagram (SPEC §7.7.1). */
    private static int size(Message message) {
        ByteBuffer scratch = ByteBuffer.allocate(
                message instanceof Message.Command
                        ? Limits.MAX_COMMAND_BYTES
                        : Limits.MAX_TEXT_BYTES + Limits.MAX_AUTHOR_BYTES + 11);
        try {
            MessageCodec.write(scratch, message);
        } catch (BufferOverflowException e) {
            throw new IllegalArgumentException(
                    "the command with its arguments has more than " + Limits.MAX_COMMAND_BYTES + " bytes", e);
        }
        return scratch.position();
    }

    private static void atMost(String what, String text, int maxBytes) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    what + " has " + bytes + " bytes of UTF-8; at most " + maxBytes + " go into one message");
        }
    }

    /** A question to every shard. */
    @FunctionalInterface
    private interface Question<T> {
        List<T> answer(Directory directory, long nowMicros);
    }

    private static <T> void answer(
            CompletableFuture<List<T>> answer, Question<T> question, Directory directory, long nowMicros) {
        try {
            answer.complete(question.answer(directory, nowMicros));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private <T> CompletableFuture<List<T>> ask(Question<T> question) {
        List<CompletableFuture<List<T>>> answers = new ArrayList<>();
        for (Door shard : shards) {
            CompletableFuture<List<T>> answer = new CompletableFuture<>();
            answers.add(answer);
            try {
                shard.enter((directory, now) -> answer(answer, question, directory, now));
            } catch (RejectedExecutionException e) {
                answer.completeExceptionally(new IllegalStateException("the server shuts down", e));
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream()
                        .map(CompletableFuture::join)
                        .flatMap(List::stream)
                        .toList());
    }
}
