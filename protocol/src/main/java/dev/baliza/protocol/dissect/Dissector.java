package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.DescribeCodec;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.seal.FrameSealer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains frames byte by byte, as a receiver judges them. Remembers the descriptions it saw, so rows that follow them can be
 * read. Thread: confined to one.
 */
public final class Dissector {
    private final int maxFrameBytes;
    private final DescribedSets sets = new DescribedSets();
    private final Frame frame = new Frame();

    /** @param maxFrameBytes the receiver's limit, 36 – 65,535 */
    public Dissector(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** The frames of a datagram, or of bytes that are all there. What no receiver reads is one last, bad, entry. */
    public List<Dissection> datagram(ByteBuffer bytes) {
        return all(bytes.slice(), 0, false);
    }

    /**
     * The frames of a stream, whose last one may be cut.
     *
     * @param start of the first frame; offsets count from the first byte nevertheless
     */
    public List<Dissection> stream(ByteBuffer bytes, int start) {
        return all(bytes.slice(), start, true);
    }

    private List<Dissection> all(ByteBuffer bytes, int start, boolean stream) {
        List<Dissection> all = new ArrayList<>();
        int at = start;
        while (at < bytes.limit()) {
            Dissection next = next(bytes, at, stream);
            all.add(next);
            at += next.length();
        }
        return all;
    }

    private Dissection next(ByteBuffer bytes, int at, boolean stream) {
        int available = bytes.limit() - at;
        try {
            int length = FrameCodec.frameLength(bytes, at, available, maxFrameBytes);
            if (length > 0 && length <= available) {
                return delimited(bytes, at, length);
            }
            if (stream) {
                List<Field> cut = List.of(new Field(at, available, "cut frame", "the stream ends inside it"));
                return new Dissection(at, available, Dissection.Status.CUT, null, cut, null, List.of());
            }
            String wanted = length == 0 ? "8 bytes or more" : length + " bytes";
            return undelimited(bytes, at, ErrorCode.BAD_LENGTH, "expected " + wanted + ", found " + available);
        } catch (ProtocolException e) {
            String detail = switch (e.code()) {
                case BAD_MAGIC -> "expected ba 17, found " + Texts.hex(bytes.slice(at, Math.min(2, available)));
                case TOO_LARGE -> "expected at most " + maxFrameBytes + " bytes, found " + saidLength(bytes, at);
                default -> "expected 36 bytes or more, found " + saidLength(bytes, at);
            };
            return undelimited(bytes, at, e.code(), detail);
        }
    }

    private static int saidLength(ByteBuffer bytes, int at) {
        return bytes.getShort(at + Frame.LENGTH_OFFSET) & 0xFFFF;
    }

    /** Nothing behind it can be read either (SPEC §2.4). */
    private static Dissection undelimited(ByteBuffer bytes, int at, ErrorCode code, String detail) {
        int available = bytes.limit() - at;
        Walk in = new Walk(bytes, at, bytes.limit());
        boolean magic = code == ErrorCode.BAD_MAGIC;
        int offset = magic || available < 8 ? at : at + Frame.LENGTH_OFFSET;
        try {
            if (!magic && available >= 8) {
                in.slice(Frame.LENGTH_OFFSET);
                in.field("magic to flags", "");
                in.field("length", in.u16());
            }
        } catch (FaultException e) {
            throw new IllegalStateException("8 bytes are there", e);
        }
        in.rest("not read", "a receiver drops what it cannot delimit");
        Fault fault = new Fault(offset, code, magic ? "3.1.1" : "3.1.2", -1, detail, delimiterAdvice(bytes, at, code));
        return new Dissection(at, available, Dissection.Status.BAD, null, in.fields(), fault, List.of());
    }

    private static String delimiterAdvice(ByteBuffer bytes, int at, ErrorCode code) {
        int available = bytes.limit() - at;
        if (code == ErrorCode.BAD_MAGIC && available >= 2 && bytes.getShort(at) == (short) 0x17BA) {
            return "The bytes are swapped: all numbers are big-endian (SPEC §1.1).";
        }
        if (available >= 8
                && Short.reverseBytes(bytes.getShort(at + Frame.LENGTH_OFFSET)) == (short) available
                && code != ErrorCode.BAD_MAGIC) {
            return "The length is little-endian: all numbers are big-endian (SPEC §1.1).";
        }
        return Advice.of(code);
    }

    /** What can be told without the key. */
    private void sealed(Walk in, int end) {
        int clear = FrameSealer.clearBytes(frame.typeCode());
        if (frame.length() >= FrameSealer.MIN_SEALED_BYTES + clear) {
            if (clear > 0) {
                in.limit(end - frame.length() + Limits.HEADER_BYTES + clear);
                in.rest("nonce", "in clear: its key is derived from it (SPEC §10.2)");
            }
            in.limit(end - FrameSealer.TAG_BYTES);
            in.rest("ciphertext", "extensions and payload; a server without the device's key drops it (SPEC §10.1)");
            in.limit(end);
            in.rest("tag", "AES-GCM");
        } else {
            in.rest("sealed", "too short to be a sealed frame (SPEC §10.2)");
        }
    }

    private Dissection delimited(ByteBuffer bytes, int at, int length) {
        frame.wrap(bytes, at, length);
        Walk in = new Walk(bytes, at, at + length);
        Dissection.Status status = Dissection.Status.OK;
        Fault fault = null;
        Head head = null;
        int end = at + length;
        try {
            HeaderFields.delimiter(in, frame);
            checkVersion(at);
            head = head();
            HeaderFields.identity(in, frame);
            if (frame.has(Frame.SEALED)) {
                sealed(in, end);
                status = Dissection.Status.IGNORED;
            } else {
                fault = checksumFault(bytes, at, length);
                ExtensionFields extensions = new ExtensionFields(in);
                in.limit(end - Limits.CHECKSUM_BYTES);
                boolean known = body(in, extensions, at);
                head = extensions.name() == null ? head : head.named(extensions.name());
                status = known ? status : Dissection.Status.IGNORED;
            }
        } catch (FaultException e) {
            fault = fault == null ? e.fault() : fault;
        }
        in.rest("not read", "");
        in.limit(end);
        in.rest("checksum", "CRC-32C" + (fault != null && fault.code() == ErrorCode.BAD_CHECKSUM ? ", wrong" : ""));
        if (fault != null && fault.code() == ErrorCode.BAD_CHECKSUM && end < bytes.limit()) {
            in.limit(bytes.limit());
            in.rest("not read", "a receiver drops what follows a wrong checksum (SPEC §2.4)");
            end = bytes.limit();
        }
        status = fault == null ? status : Dissection.Status.BAD;
        return new Dissection(at, end - at, status, head, in.fields(), fault, in.notes());
    }

    private void checkVersion(int at) throws FaultException {
        if (frame.version() != Frame.VERSION) {
            throw new FaultException(
                    at + Frame.VERSION_OFFSET,
                    ErrorCode.UNKNOWN_VERSION,
                    "3.1.3",
                    -1,
                    "expected version 1, found " + frame.version());
        }
    }

    private Head head() {
        return new Head(
                ControlFields.typeName(frame.typeCode()),
                frame.device(),
                null,
                frame.epoch(),
                frame.seq(),
                frame.pn(),
                frame.level(),
                frame.flags());
    }

    private static @Nullable Fault checksumFault(ByteBuffer bytes, int at, int length) {
        int end = at + length - Limits.CHECKSUM_BYTES;
        int expected = FrameCodec.checksum(bytes, at, end);
        int found = bytes.getInt(end);
        if (expected == found) {
            return null;
        }
        String guess = ChecksumGuess.of(bytes, at, length);
        String detail = "expected %08x, found %08x".formatted(expected, found) + (guess == null ? "" : "; " + guess);
        return new Fault(end, ErrorCode.BAD_CHECKSUM, "3.1.4", -1, detail, Advice.of(ErrorCode.BAD_CHECKSUM));
    }

    /** @return whether this version knows the type */
    private boolean body(Walk in, ExtensionFields extensions, int at) throws FaultException {
        checkReserved(at);
        if (frame.has(Frame.EXTENSIONS)) {
            extensions.read(at + frame.length() - Limits.CHECKSUM_BYTES);
        }
        MessageType type = frame.type();
        if (type == null) {
            if (frame.sequenced()) {
                throw new FaultException(
                        at + Frame.TYPE_OFFSET,
                        ErrorCode.UNKNOWN_TYPE,
                        "3.3.1",
                        -1,
                        "expected a type of version 1 that is not reserved, found 0x%02x".formatted(frame.typeCode()));
            }
            in.rest("payload", "of a control frame that this version does not know (SPEC §3.3.2)");
            return false;
        }
        payload(in, type);
        in.end();
        return true;
    }

    private void checkReserved(int at) throws FaultException {
        int flags = frame.flags() & ~Frame.DEFINED_FLAGS;
        if (flags != 0) {
            throw new FaultException(
                    at + Frame.FLAGS_OFFSET,
                    ErrorCode.RESERVED_BITS,
                    "1.5",
                    -1,
                    "expected zero in flags 6 to 15, found 0x%04x".formatted(flags));
        }
        ByteBuffer bytes = frame.whole();
        for (int offset : new int[] {Frame.KEY_ID_OFFSET, Frame.RESERVED_OFFSET}) {
            if (bytes.get(offset) != 0) {
                String what = offset == Frame.KEY_ID_OFFSET ? "keyId 0" : "reserved byte 0";
                throw new FaultException(
                        at + offset,
                        ErrorCode.RESERVED_BITS,
                        "3.1.5",
                        -1,
                        "expected " + what + ", found " + (bytes.get(offset) & 0xFF));
            }
        }
    }

    private void payload(Walk in, MessageType type) throws FaultException {
        long device = frame.device();
        switch (type) {
            case HELLO -> ControlFields.hello(in);
            case WELCOME -> ControlFields.welcome(in);
            case HEARTBEAT -> ControlFields.heartbeat(in);
            case ACK -> ControlFields.ack(in);
            case NACK -> ControlFields.nack(in);
            case PING -> ControlFields.ping(in);
            case PONG -> ControlFields.pong(in);
            case VALUES, VALUES_BACK -> ControlFields.values(in);
            case GOODBYE -> ControlFields.goodbye(in);
            case EVENT -> TalkFields.event(in);
            case TEXT -> TalkFields.text(in);
            case COMMAND -> TalkFields.command(in);
            case RESULT -> TalkFields.result(in);
            case FILE_OFFER -> FileFields.offer(in);
            case FILE_ACCEPT -> FileFields.accept(in);
            case FILE_CHUNK -> FileFields.chunk(in);
            case FILE_DONE -> FileFields.done(in);
            case CALC -> CalcFields.token(in);
            case CALC_ANSWER -> CalcFields.answer(in);
            case ADMIN -> AdminFields.admin(in);
            case ADMIN_RESULT -> AdminFields.result(in);
            case READINGS -> new ReadingsFields(in, hash -> sets.find(device, hash)).read();
            case DESCRIBE -> {
                ByteBuffer payload = frame.whole();
                payload.position(in.position() - in.fields().get(0).offset());
                payload.limit(frame.length() - Limits.CHECKSUM_BYTES);
                ChannelSet set = new DescribeFields(in).read();
                in.end();
                int hash = DescribeCodec.hash(payload);
                in.note("rows name this set by the hash 0x%08x".formatted(hash));
                sets.put(device, hash, set);
            }
        }
    }
}
