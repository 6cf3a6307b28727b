package dev.baliza.protocol.dissect;

import dev.baliza.protocol.Limits;
import dev.baliza.protocol.MessageType;
import dev.baliza.protocol.Names;
import dev.baliza.protocol.codec.Frame;

/** The 32 bytes before everything else. Spec: SPEC §3.1. */
final class HeaderFields {
    private HeaderFields() {}

    /** Names magic to length, which stay where they are in all versions. */
    static void delimiter(Walk in, Frame frame) throws FaultException {
        in.u16();
        in.field("magic", "");
        in.u8();
        in.field("version", frame.version());
        in.u8();
        in.field("type", ControlFields.typeName(frame.typeCode()));
        in.u16();
        in.field("flags", flags(frame));
        in.u16();
        in.field("length", frame.length() + " bytes");
    }

    /** Names the rest of the header and notes what a server does with unusual identities. */
    static void identity(Walk in, Frame frame) throws FaultException {
        in.i64();
        in.field("device", Names.hex(frame.device()));
        in.u32();
        boolean fromServer = frame.has(Frame.FROM_SERVER);
        in.field(fromServer ? "epoch: instance of the server" : "epoch", frame.epoch());
        in.u32();
        in.field("seq", frame.seq());
        in.u32();
        in.field("pn", frame.pn());
        in.u16();
        boolean unset = frame.back() == Limits.BACK_UNSET;
        in.field("back", unset ? "says nothing about the floor" : "floor " + (frame.seq() - frame.back()));
        in.u8();
        in.field("keyId", "");
        in.u8();
        in.field("reserved", "");
        if (!fromServer) {
            noteIdentity(in, frame);
        }
    }

    private static void noteIdentity(Walk in, Frame frame) {
        MessageType type = frame.type();
        boolean echo = type == MessageType.PING || type == MessageType.VALUES;
        if (frame.device() == 0 && !echo) {
            in.note("device 0 is no device: only PING and VALUES may use it (SPEC §3.1)");
        }
        if (frame.epoch() == 0 && type != MessageType.HELLO && !echo) {
            in.note("epoch 0: counted as unaccounted, never acknowledged, not in the ledger (SPEC §4.2.3)");
        }
        if (frame.epoch() >= Limits.EPOCH_LIMIT) {
            in.note("epoch of 0xF0000000 or above: refused with SEQUENCE_JUMP (SPEC §4.2.4)");
        }
        if (type == MessageType.HELLO && frame.length() < Limits.MIN_HELLO_BYTES) {
            in.note("HELLO below 136 bytes: over UDP its WELCOME may be withheld (SPEC §6.1.1); pad with PAD");
        }
        if (type == MessageType.WELCOME
                || type == MessageType.ACK
                || type == MessageType.NACK
                || type == MessageType.PONG
                || type == MessageType.VALUES_BACK) {
            in.note("only a server sends " + type + "; set flag FROM_SERVER (SPEC §3.2)");
        }
    }

    private static String flags(Frame frame) {
        return "level " + frame.level() + (frame.has(Frame.ACK_NOW) ? ", ACK_NOW" : "")
                + (frame.has(Frame.EXTENSIONS) ? ", EXTENSIONS" : "")
                + (frame.has(Frame.SEALED) ? ", SEALED" : "")
                + (frame.has(Frame.FROM_SERVER) ? ", FROM_SERVER" : "");
    }
}
