package dev.baliza.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Hands out buffers of several kinds and asserts after each test that none is left. */
final class BufferWatch implements AfterEachCallback {
    private final List<ByteBuf> given = new ArrayList<>();
    private int kind;

    /** A buffer with these bytes: direct, heap or composite, in turn. */
    ByteBuf of(byte[] bytes, int from, int to) {
        ByteBuf buffer = switch (from == to ? 0 : kind++ % 3) {
            case 0 -> PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, from, to - from);
            case 1 ->
                PooledByteBufAllocator.DEFAULT
                        .heapBuffer()
                        .writeZero(3)
                        .writeBytes(bytes, from, to - from)
                        .skipBytes(3);
            default -> composite(bytes, from, to);
        };
        given.add(buffer);
        return buffer;
    }

    ByteBuf of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The bytes themselves, for tests that need very many buffers. */
    ByteBuf around(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        given.add(buffer);
        return buffer;
    }

    private static ByteBuf composite(byte[] bytes, int from, int to) {
        int middle = (from + to) / 2;
        return Unpooled.wrappedBuffer(
                Unpooled.copiedBuffer(bytes, from, middle - from), Unpooled.copiedBuffer(bytes, middle, to - middle));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(given.stream().filter(buffer -> buffer.refCnt() != 0)).isEmpty();
        given.clear();
    }
}
