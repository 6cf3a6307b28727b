package dev.baliza.server.aggregate;

import dev.baliza.protocol.ChannelSet;
import dev.baliza.protocol.Limits;
import dev.baliza.protocol.Message;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.ProtocolException;
import dev.baliza.protocol.codec.MessageCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A channel set as a snapshot keeps it: its DESCRIBE payload behind its length. Spec: STORE §7.1. */
public final class SetImage {
    private SetImage() {}

    public static void write(DataOutput out, ChannelSet set) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Limits.MAX_FRAME_BYTES);
        MessageCodec.write(bytes, new Message.Describe(set));
        out.writeInt(bytes.position());
        out.write(bytes.array(), 0, bytes.position());
    }

    /** @throws IOException it is no set */
    public static ChannelSet read(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        try {
            Message message = MessageCodec.read(MessageType.DESCRIBE, ByteBuffer.wrap(bytes));
            if (message instanceof Message.Describe describe) {
                return describe.set();
            }
            throw new IOException("no channel set");
        } catch (ProtocolException e) {
            throw new IOException("a channel set of the snapshot cannot be read", e);
        }
    }
}
