package dev.baliza.server.simulation;

import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.Extensions;
import dev.baliza.protocol.codec.Frame;
import dev.baliza.protocol.codec.FrameCodec;
import dev.baliza.protocol.codec.FrameHeader;
import dev.baliza.protocol.codec.MessageCodec;
import dev.baliza.server.books.Transport;
import dev.baliza.server.session.Outlet;
import dev.baliza.server.session.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** How a device reaches the server: by datagrams, by a connection, or now this, now that; and back. */
final class Antenna {
    private static final int MAX_FRAMES = 4;
    private static final int MAX_BYTES = 64_000;

    private final Wire wire;
    private final VirtualServer server;
    private final Random random;
    private final double stream;
    private final ByteBuffer out = ByteBuffer.allocate(4 * MAX_BYTES);
    private BiConsumer<Frame, Message> listener = (frame, message) -> {};
    private Consumer<Message> witness = message -> {};
    private final Outlet datagrams = (peer, header, message, seal) -> answer(peer, header, message, false);
    private final Outlet connection = (peer, header, message, seal) -> answer(peer, header, message, true);
    private int port;
    private int frames;
    private int tokenFrames;
    private long token;
    boolean cut;

    Antenna(Wire wire, VirtualServer server, Random random, double stream, int port) {
        this.wire = wire;
        this.server = server;
        this.random = random;
        this.stream = stream;
        this.port = port;
    }

    /** {@code atDeparture}: sees what the server says, whether it arrives or not. */
    void listen(BiConsumer<Frame, Message> to, Consumer<Message> atDeparture) {
        listener = to;
        witness = atDeparture;
    }

    /** From now on it is seen under another port. */
    void rebind(int newPort) {
        port = newPort;
        tokenFrames = 0;
    }

    void token(long value) {
        token = value;
        tokenFrames = 3;
    }

    void send(FrameHeader header, int pad, Message message, int typeCode) {
        Extensions extensions = tokenFrames-- > 0 ? Extensions.NONE.withToken(token) : Extensions.NONE;
        int start = out.position();
        FrameCodec.write(out, header, extensions.padTo(pad), message);
        if (typeCode != Issue.OWN_TYPE) {
            out.put(start + Frame.TYPE_OFFSET, (byte) typeCode);
            FrameCodec.writeChecksum(out, start, out.position() - start);
        }
        if (++frames >= MAX_FRAMES || out.position() > MAX_BYTES || random.nextInt(3) == 0) {
            flush();
        }
    }

    /** Lets what was sent go. */
    void flush() {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        out.clear();
        frames = 0;
        if (bytes.length == 0 || cut) {
            return;
        }
        InetSocketAddress from = address(port);
        if (random.nextDouble() < stream) {
            Peer peer = new Peer(Transport.TCP, from, connection);
            wire.stream(bytes, there -> server.receive(there, peer));
        } else {
            Peer peer = new Peer(Transport.UDP, from, datagrams);
            wire.datagram(bytes, there -> server.receive(there, peer));
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void answer(Peer peer, FrameHeader header, Message message, boolean byStream) {
        witness.accept(message);
        ByteBuffer bytes = ByteBuffer.allocate(2_000);
        FrameCodec.write(bytes, header, Extensions.NONE, message);
        byte[] frame = new byte[bytes.position()];
        bytes.flip().get(frame);
        if (cut) {
            return;
        }
        if (byStream) {
            wire.stream(frame, this::hear);
        } else if (peer.address().getPort() == port) {
            wire.datagram(frame, this::hear);
        }
    }

    private void hear(byte[] bytes) {
        Frame frame = new Frame().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
        if (!frame.checksumMatches() || cut) {
            return;
        }
        try {
            frame.readExtensions();
            MessageType type = Objects.requireNonNull(frame.type());
            listener.accept(frame, MessageCodec.read(type, frame.payload()));
        } catch (ProtocolException e) {
            throw new Broken("codec", String.valueOf(e.getMessage()));
        }
    }
}
