package dev.baliza.protocol.codec;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Kind;
import dev.baliza.protocol.ErrorCode;
import dev.baliza.protocol.ProtocolException;
import java.nio.ByteBuffer;

/** Payloads of calculations. Spec: SPEC §15. */
final class CalcCodec {
    private static final int DEEP = 1;

    private CalcCodec() {}

    static CalcMessage readToken(PayloadReader in) throws ProtocolException {
        long session = in.u32();
        long token = in.u32();
        int kind = in.u8();
        if (kind == 0 || kind > Kind.values().length) {
            throw new ProtocolException(ErrorCode.BAD_VALUE, "kind " + kind + " is not 1 to 4");
        }
        int flags = in.u8();
        if ((flags & ~DEEP) != 0) {
            throw new ProtocolException(ErrorCode.RESERVED_BITS, "reserved flags of CALC are set");
        }
        in.reserved(2);
        Kind known = Kind.values()[kind - 1];
        double number = known == Kind.NUMBER ? in.f64() : 0;
        String text = known == Kind.READING || known == Kind.OPERATOR ? in.text8() : "";
        return new CalcMessage.Token(session, token, (flags & DEEP) != 0, known, number, text);
    }

    static CalcMessage readAnswer(PayloadReader in) throws ProtocolException {
        long session = in.u32();
        long token = in.u32();
        int result = in.u8();
        int depth = in.u8();
        in.reserved(2);
        return new CalcMessage.Answer(session, token, result, depth, in.f64(), in.text8());
    }

    static void write(ByteBuffer out, CalcMessage message) {
        out.putInt((int) message.session()).putInt((int) message.token());
        if (message instanceof CalcMessage.Token token) {
            out.put((byte) token.kind().code()).put((byte) (token.deep() ? DEEP : 0));
            out.putShort((short) 0);
            if (token.kind() == Kind.NUMBER) {
                out.putDouble(token.number());
            } else if (token.kind() != Kind.END) {
                MessageCodec.writeStr8(out, token.text());
            }
        } else if (message instanceof CalcMessage.Answer answer) {
            out.put((byte) answer.result()).put((byte) answer.depth()).putShort((short) 0);
            out.putDouble(answer.value());
            MessageCodec.writeStr8(out, answer.text());
        }
    }
}
