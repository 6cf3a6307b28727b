package dev.baliza.protocol.codec;

import dev.baliza.protocol.AckLevel;
import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Payloads to messages and back. Spec: SPEC §6, §7, §14–§16. */
public final class MessageCodec {
    private static final int STORE_ENABLED = 1;
    private static final int INSECURE = 2;
    private static final int RETRIABLE = 1;

    private MessageCodec() {}

    /**
     * Reads a payload whole.
     *
     * @param payload position to limit; left untouched. Views in the message (echo, rows) share its bytes
     */
    public static Message read(MessageType type, ByteBuffer payload) throws ProtocolException {
        PayloadReader in = new PayloadReader(payload.duplicate());
        Message message = switch (type) {
            case HELLO -> readHello(in);
            case WELCOME -> readWelcome(in);
            case HEARTBEAT -> readHeartbeat(in);
            case ACK -> readAck(in);
            case NACK -> readNack(in);
            case PING -> readPing(in);
            case PONG -> new Message.Pong(in.i64(), in.i64(), in.i64(), in.slice(in.remaining()));
            case GOODBYE -> new Message.Goodbye(in.u8(), in.text8());
            case VALUES -> new Message.Values(in.i64(), ValuesCodec.read(in));
            case VALUES_BACK -> new Message.ValuesBack(in.i64(), ValuesCodec.read(in));
            case FILE_OFFER -> FileCodec.readOffer(in);
            case FILE_ACCEPT -> FileCodec.readAccept(in);
            case FILE_CHUNK -> FileCodec.readChunk(in);
            case FILE_DONE -> FileCodec.readDone(in);
            case CALC -> CalcCodec.readToken(in);
            case CALC_ANSWER -> CalcCodec.readAnswer(in);
            case ADMIN -> AdminCodec.read(in);
            case ADMIN_RESULT -> AdminCodec.readResult(in);
            case DESCRIBE -> new Message.Describe(DescribeCodec.read(in));
            case READINGS -> ReadingsCodec.read(in);
            case EVENT, TEXT, COMMAND, RESULT -> TalkCodec.read(type, in);
        };
        in.end();
        return message;
    }

    /** Writes the payload of a message at the buffer's position. */
    public static void write(ByteBuffer out, Message message) {
        if (message instanceof Message.Hello hello) {
            writeNonce(out, hello.bootNonce());
            out.putLong(hello.uptimeMicros()).putInt((int) hello.lowestHeldEpoch());
            out.putInt((int) hello.maxFrameBytes()).putInt(hello.resetReason() << 24);
        } else if (message instanceof Message.Welcome welcome) {
            writeWelcome(out, welcome);
        } else if (message instanceof Message.Heartbeat beat) {
            out.putLong(beat.uptimeMicros()).putInt((int) beat.lowestHeldEpoch());
            out.putInt(beat.resetReason() << 24).putInt((int) beat.framesHeld());
            out.putInt((int) beat.framesDiscarded()).putLong(beat.readingsTaken());
        } else if (message instanceof Message.Ack ack) {
            writeAck(out, ack);
        } else if (message instanceof Message.Nack nack) {
            writeNack(out, nack);
        } else if (message instanceof Message.Ping ping) {
            out.putLong(ping.t1()).putLong(0).putLong(0).put(ping.echo().duplicate());
        } else if (message instanceof Message.Pong pong) {
            out.putLong(pong.t1()).putLong(pong.t2()).putLong(pong.t3());
            out.put(pong.echo().duplicate());
        } else if (message instanceof Message.Goodbye goodbye) {
            out.put((byte) goodbye.reason());
            writeStr8(out, goodbye.text());
        } else if (message instanceof Message.Values values) {
            ValuesCodec.write(out, values.request(), values.values());
        } else if (message instanceof Message.ValuesBack values) {
            ValuesCodec.write(out, values.request(), values.values());
        } else if (message instanceof FileMessage file) {
            FileCodec.write(out, file);
        } else if (message instanceof CalcMessage calc) {
            CalcCodec.write(out, calc);
        } else if (message instanceof Message.Admin admin) {
            AdminCodec.write(out, admin);
        } else if (message instanceof Message.AdminResult result) {
            AdminCodec.writeResult(out, result);
        } else if (message instanceof Message.Describe describe) {
            DescribeCodec.write(out, describe.set());
        } else if (!TalkCodec.write(out, message)) {
            ReadingsCodec.write(out, message);
        }
    }

    /** Writes a str8; longer text is a bug of the caller. */
    static void writeStr8(ByteBuffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 255) {
            throw new IllegalArgumentException("a str8 of " + utf8.length + " bytes");
        }
        out.put((byte) utf8.length).put(utf8);
    }

    private static BootNonce readNonce(PayloadReader in) throws ProtocolException {
        return new BootNonce(in.i64(), in.i64());
    }

    private static void writeNonce(ByteBuffer out, BootNonce nonce) {
        out.putLong(nonce.high()).putLong(nonce.low());
    }

    private static Message readHello(PayloadReader in) throws ProtocolException {
        Message.Hello hello = new Message.Hello(readNonce(in), in.i64(), in.u32(), in.u32(), in.u8());
        in.reserved(3);
        return hello;
    }

    private static Message readHeartbeat(PayloadReader in) throws ProtocolException {
        long uptime = in.i64();
        long lowest = in.u32();
        int reason = in.u8();
        in.reserved(3);
        return new Message.Heartbeat(uptime, lowest, reason, in.u32(), in.u32(), in.i64());
    }

    private static Message readWelcome(PayloadReader in) throws ProtocolException {
        BootNonce nonce = readNonce(in);
        long epoch = in.u32();
        AckLevel level = readLevel(in);
        int flags = in.u8();
        if ((flags & ~(STORE_ENABLED | INSECURE)) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "reserved flags of WELCOME are set");
        }
        int window = in.u16();
        long maxFrame = in.u32();
        long maxDatagram = in.u32();
        long token = in.i64();
        long time = in.i64();
        int heartbeat = in.u16();
        int count = in.u8();
        in.reserved(1);
        in.need(16L * count);
        List<Message.Welcome.Known> known = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            known.add(new Message.Welcome.Known(in.u32(), in.u32(), in.i64()));
        }
        return new Message.Welcome(
                nonce,
                epoch,
                level,
                (flags & STORE_ENABLED) != 0,
                (flags & INSECURE) != 0,
                window,
                maxFrame,
                maxDatagram,
                token,
                time,
                heartbeat,
                known);
    }

    private static void writeWelcome(ByteBuffer out, Message.Welcome welcome) {
        writeNonce(out, welcome.bootNonce());
        out.putInt((int) welcome.epoch()).put((byte) welcome.highestLevel().ordinal());
        out.put((byte) ((welcome.storeEnabled() ? STORE_ENABLED : 0) | (welcome.insecure() ? INSECURE : 0)));
        out.putShort((short) welcome.window());
        out.putInt((int) welcome.maxFrameBytes()).putInt((int) welcome.maxDatagramBytes());
        out.putLong(welcome.token()).putLong(welcome.serverTimeMicros());
        out.putShort((short) welcome.heartbeatSeconds());
        out.put((byte) welcome.known().size()).put((byte) 0);
        for (Message.Welcome.Known known : welcome.known()) {
            out.putInt((int) known.epoch()).putInt((int) known.next()).putLong(known.settled());
        }
    }

    private static AckLevel readLevel(PayloadReader in) throws ProtocolException {
        int level = in.u8();
        if (level > AckLevel.FORWARDED.ordinal()) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "level " + level + " is not 0 to 3");
        }
        return AckLevel.of(level);
    }

    private static Message readAck(PayloadReader in) throws ProtocolException {
        long epoch = in.u32();
        long next = in.u32();
        AckLevel level = readLevel(in);
        int rejectedCount = in.u8();
        int bitmapBytes = in.u16();
        if (bitmapBytes % 8 != 0 || bitmapBytes > Limits.MAX_BITMAP_BYTES) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "bitmapBytes is a multiple of 8 up to 128");
        }
        in.need(bitmapBytes + 6L * rejectedCount);
        List<Long> settled = new ArrayList<>(bitmapBytes / 8);
        for (int i = 0; i < bitmapBytes / 8; i++) {
            settled.add(in.i64());
        }
        List<Message.Ack.Rejected> rejected = new ArrayList<>(rejectedCount);
        for (int i = 0; i < rejectedCount; i++) {
            rejected.add(new Message.Ack.Rejected(in.u32(), in.u16()));
        }
        return new Message.Ack(epoch, next, level, settled, rejected);
    }

    private static void writeAck(ByteBuffer out, Message.Ack ack) {
        out.putInt((int) ack.epoch()).putInt((int) ack.next());
        out.put((byte) ack.level().ordinal()).put((byte) ack.rejected().size());
        out.putShort((short) (ack.settled().size() * 8));
        ack.settled().forEach(out::putLong);
        for (Message.Ack.Rejected rejected : ack.rejected()) {
            out.putInt((int) rejected.seq()).putShort((short) rejected.code());
        }
    }

    private static Message readNack(PayloadReader in) throws ProtocolException {
        long epoch = in.u32();
        long seq = in.u32();
        int code = in.u16();
        int type = in.u8();
        int flags = in.u8();
        if ((flags & ~RETRIABLE) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "reserved flags of NACK are set");
        }
        return new Message.Nack(
                epoch, seq, code, type, (flags & RETRIABLE) != 0, in.u16(), in.u16(), in.u32(), in.text8());
    }

    private static void writeNack(ByteBuffer out, Message.Nack nack) {
        out.putInt((int) nack.epoch()).putInt((int) nack.seq()).putShort((short) nack.code());
        out.put((byte) nack.frameType()).put((byte) (nack.retriable() ? RETRIABLE : 0));
        out.putShort((short) nack.index()).putShort((short) nack.retryAfter()).putInt((int) nack.argument());
        writeStr8(out, nack.text());
    }

    private static Message readPing(PayloadReader in) throws ProtocolException {
        long t1 = in.i64();
        in.reserved(16);
        return new Message.Ping(t1, in.slice(in.remaining()));
    }
}
