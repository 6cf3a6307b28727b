package dev.baliza.server.simulation;

import dev.baliza.protocol.BootNonce;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Peer;
import dev.baliza.server.session.Shard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A board that says HELLO in the epoch of another boot, as one does whose backup was restored. SPEC §4.2.6. */
final class Impostor {
    private static final BootNonce UNHEARD_OF = new BootNonce(-1, -1);

    private Impostor() {}

    /** Whether it is taken for the device; what the shard knows afterwards is spoiled. */
    static boolean isWelcome(Shard shard, long device, long epoch, long nowMicros) {
        AtomicBoolean welcome = new AtomicBoolean();
        Peer peer = new Peer(
                Transport.UDP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                (to, header, message, seal) -> welcome.compareAndSet(false, message instanceof Message.Welcome));
        ByteBuffer bytes = ByteBuffer.allocate(Limits.MIN_HELLO_BYTES * 2);
        FrameHeader header = new FrameHeader(device, epoch, 0, 0, Limits.BACK_UNSET, 0);
        Message hello = new Message.Hello(UNHEARD_OF, 0, 0, 65_535, 1);
        FrameCodec.write(bytes, header, Extensions.NONE.padTo(Limits.MIN_HELLO_BYTES), hello);
        int length = bytes.position();
        shard.onFrame(new Frame().wrap(bytes.flip(), 0, length), peer, nowMicros);
        return welcome.get();
    }
}
