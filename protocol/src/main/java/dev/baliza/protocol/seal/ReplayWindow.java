package dev.baliza.protocol.seal;

import java.util.BitSet;

/** Which packet numbers of one key were seen: the newest 256. Confined to one thread. Spec: SPEC §10.2.5. */
public final class ReplayWindow {
    public static final int SIZE = 256;

    private final BitSet seen = new BitSet(SIZE);
    private long highest = -1;

    /** Takes a number; false when it was seen before or is too old to tell. */
    public boolean accept(long pn) {
        if (pn > highest) {
            long first = Math.max(highest + 1, pn - SIZE + 1);
            for (long skipped = first; skipped < pn; skipped++) {
                seen.clear(slot(skipped));
            }
            seen.set(slot(pn));
            highest = pn;
            return true;
        }
        if (pn <= highest - SIZE || seen.get(slot(pn))) {
            return false;
        }
        seen.set(slot(pn));
        return true;
    }

    private static int slot(long pn) {
        return (int) (pn % SIZE);
    }
}
