package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;

/**
 * The first rule of SPEC.md that a frame breaks.
 *
 * @param offset of the byte at fault in the input; the input's length when bytes are missing
 * @param section such as {@code 3.1.4}
 * @param index of the reading or channel at fault, −1 when there is none
 * @param detail what was expected and what was found
 * @param advice what to do
 */
public record Fault(int offset, ErrorCode code, String section, int index, String detail, String advice) {
    @Override
    public String toString() {
        return "SPEC §" + section + " " + code + ": " + detail + " (byte " + offset + ")";
    }
}
