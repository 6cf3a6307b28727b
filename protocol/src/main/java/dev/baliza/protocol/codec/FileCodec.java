package dev.baliza.protocol.codec;

import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.FileRange;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Payloads of file transfers. Spec: SPEC §14. */
final class FileCodec {
    private static final int RANGE_BYTES = 16;

    private FileCodec() {}

    static FileMessage readOffer(PayloadReader in) throws ProtocolException {
        long transfer = in.i64();
        long size = in.i64();
        if (size < 0) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "a file has less than 2^63 bytes");
        }
        byte[] hash = new byte[Limits.HASH_BYTES];
        in.slice(hash.length).get(hash);
        String name = in.name8(-1);
        checkName(Names.isFile(name));
        String mediaType = in.name8(-1);
        checkName(mediaType.isEmpty() || Names.isFile(mediaType));
        return new FileMessage.Offer(transfer, size, FileMessage.hex(hash), name, mediaType);
    }

    private static void checkName(boolean good) throws ProtocolException {
        if (!good) {
            throw new ProtocolException(
                    ErrorCode.BAD_NAME, "a file has a name, and neither it nor its media type has control characters");
        }
    }

    static FileMessage readAccept(PayloadReader in) throws ProtocolException {
        long transfer = in.i64();
        long horizon = in.i64();
        long window = in.u32();
        int refusal = in.u8();
        int count = in.u8();
        if (horizon < 0 || count > Limits.MAX_FILE_RANGES) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "a horizon below 2^63 and at most 64 ranges");
        }
        int retryAfter = in.u16();
        in.need((long) RANGE_BYTES * count);
        List<FileRange> missing = new ArrayList<>(count);
        long behind = -1;
        for (int i = 0; i < count; i++) {
            long from = in.i64();
            long to = in.i64();
            if (from <= behind || to <= from || to > horizon) {
                throw new ProtocolException(
                        ErrorCode.BAD_VALUE, i, "ranges are rising, apart, not empty, and below the horizon");
            }
            missing.add(new FileRange(from, to));
            behind = to;
        }
        return new FileMessage.Accept(transfer, horizon, window, refusal, retryAfter, missing);
    }

    static FileMessage readChunk(PayloadReader in) throws ProtocolException {
        long transfer = in.i64();
        long offset = in.i64();
        if (offset < 0 || in.remaining() == 0 || offset > Long.MAX_VALUE - in.remaining()) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "a chunk has bytes, all of them below 2^63");
        }
        return new FileMessage.Chunk(transfer, offset, in.slice(in.remaining()));
    }

    static FileMessage readDone(PayloadReader in) throws ProtocolException {
        return new FileMessage.Done(in.i64(), in.u8(), in.text8());
    }

    static void write(ByteBuffer out, FileMessage message) {
        out.putLong(message.transfer());
        if (message instanceof FileMessage.Offer offer) {
            out.putLong(offer.size()).put(offer.hashBytes());
            MessageCodec.writeStr8(out, offer.name());
            MessageCodec.writeStr8(out, offer.mediaType());
        } else if (message instanceof FileMessage.Accept accept) {
            out.putLong(accept.horizon()).putInt((int) accept.window());
            out.put((byte) accept.refusal()).put((byte) accept.missing().size());
            out.putShort((short) accept.retryAfter());
            for (FileRange range : accept.missing()) {
                out.putLong(range.from()).putLong(range.to());
            }
        } else if (message instanceof FileMessage.Chunk chunk) {
            out.putLong(chunk.offset()).put(chunk.bytes().duplicate());
        } else if (message instanceof FileMessage.Done done) {
            out.put((byte) done.state());
            MessageCodec.writeStr8(out, done.text());
        }
    }
}
