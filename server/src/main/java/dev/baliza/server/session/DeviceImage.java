package dev.baliza.server.session;

import dev.baliza.protocol.ErrorCode;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device as a snapshot keeps it. Thread: its shard's. Spec: STORE §7.1. */
final class DeviceImage {
    private DeviceImage() {}

    /** @param position last record of the journal that the shard has applied */
    static void write(DataOutput out, Session session, long position) throws IOException {
        out.writeLong(session.id());
        out.writeLong(position);
        String name = session.name();
        out.writeBoolean(name != null);
        if (name != null) {
            out.writeUTF(name);
        }
        out.writeLong(session.firstSeenMicros());
        out.writeLong(session.lastSeenMicros());
        Map<ErrorCode, Long> rejections = session.counts().rejections();
        out.writeByte(rejections.size());
        for (Map.Entry<ErrorCode, Long> one : rejections.entrySet()) {
            out.writeByte(one.getKey().number());
            out.writeLong(one.getValue());
        }
        out.writeLong(session.talk().count());
        session.epochs().save(out);
        session.intake().save(out);
    }

    /** Makes the device of an image. */
    static Session read(DataInput in, ShardTools tools) throws IOException {
        long id = in.readLong();
        long position = in.readLong();
        String name = in.readBoolean() ? in.readUTF() : null;
        Session session = new Session(id, Peer.NOWHERE, tools, in.readLong());
        session.restored(position, in.readLong());
        if (name != null) {
            session.rename(name);
        }
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            ErrorCode code = code(in.readUnsignedByte());
            long times = in.readLong();
            if (code != null) {
                session.counts().countRejected(code, times);
                tools.counters().countRejected(code, times);
            }
        }
        session.talk().countFrom(in.readLong());
        session.epochs().load(in);
        session.intake().load(in);
        return session;
    }

    static @Nullable ErrorCode code(int number) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.number() == number) {
                return code;
            }
        }
        return null;
    }
}
