package dev.baliza.server.e2e;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Random;

/** Datagrams of somebody who has no key. */
final class Probes {
    private Probes() {}

    /** A HELLO with a right checksum; or with flag SEALED and a tag that was guessed. */
    static byte[] hello(long device, boolean sealed, Random random) {
        ByteBuffer out = ByteBuffer.allocate(300);
        BootNonce nonce = new BootNonce(random.nextLong(), random.nextLong());
        int flags = sealed ? Frame.SEALED : 0;
        FrameCodec.write(
                out,
                new FrameHeader(device, 0, 0, random.nextInt(1_000), Limits.BACK_UNSET, flags),
                Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES + 32),
                new Message.Hello(nonce, 1, 0, 1_200, 1));
        if (sealed) {
            out.put(Frame.KEY_ID_OFFSET, (byte) 1);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
