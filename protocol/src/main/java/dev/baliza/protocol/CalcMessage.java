package dev.baliza.protocol;

/** A message of a calculation in postfix notation, one token at a time. Spec: SPEC §15. */
public sealed interface CalcMessage extends Message.Exchange {
    /** Number of the session, chosen by the asker; u32. */
    long session();

    /** Number of the token in its session; u32. */
    long token();

    /** What a token is. */
    enum Kind {
        NUMBER,
        READING,
        OPERATOR,
        END;

        /** The u8 on the wire. */
        public int code() {
            return ordinal() + 1;
        }
    }

    /**
     * One token. Spec: SPEC §15.1.
     *
     * @param deep asks for a stack of 16 instead of 2
     * @param number of a {@link Kind#NUMBER}; else 0
     * @param text of a reading ("device/channel") or an operator; else empty
     */
    record Token(long session, long token, boolean deep, Kind kind, double number, String text) implements CalcMessage {
        @Override
        public MessageType type() {
            return MessageType.CALC;
        }
    }

    /**
     * What became of a token. Spec: SPEC §15.2.
     *
     * @param result {@link CalcResult#code}, possibly of a later version
     * @param depth operands on the stack behind it
     * @param value of the topmost one, or at the end the result; 0 without
     */
    record Answer(long session, long token, int result, int depth, double value, String text) implements CalcMessage {
        @Override
        public MessageType type() {
            return MessageType.CALC_ANSWER;
        }
    }
}
