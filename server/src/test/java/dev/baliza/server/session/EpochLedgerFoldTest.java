package dev.baliza.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.baliza.server.books.LedgerTotals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The books follow from what is committed alone, whatever waits meanwhile: a replay gives them again. STORE §7.1. */
class EpochLedgerFoldTest {
    private static int hash(long seq) {
        return (int) (seq * 31 + 7);
    }

    @Test
    void framesOfOneGroupAreAsLateAsInAReplay() {
        EpochLedger live = EpochLedger.fromStart(1);
        EpochLedger replayed = EpochLedger.fromStart(1);
        long[] seqs = {0, 2, 1, 3};
        for (long seq : seqs) {
            live.begin(seq, 0, hash(seq));
        }
        for (long seq : seqs) {
            live.commit(seq, 0, true);
            replayed.begin(seq, 0, hash(seq));
            replayed.commit(seq, 0, true);
        }
        assertThat(live.totals()).isEqualTo(new LedgerTotals(4, 4, 0, 0, 0, 0, 1, 0));
        assertThat(replayed.totals()).isEqualTo(live.totals());
    }

    @Test
    void anImageHoldsWhatFollowsFromCommittedFramesAlone() throws IOException {
        EpochLedger live = EpochLedger.fromStart(1);
        for (long seq : new long[] {0, 2}) {
            live.begin(seq, 0, hash(seq));
            live.commit(seq, 0, true);
        }
        live.markTime();
        live.begin(1, 0, hash(1)); // late; it waits while the second mark counts
        live.markTime();
        assertThat(live.totals()).isEqualTo(new LedgerTotals(3, 2, 0, 0, 0, 1, 0, 0));

        EpochLedger image = image(live);
        assertThat(image.totals()).isEqualTo(new LedgerTotals(3, 2, 0, 1, 0, 0, 0, 0));
        image.begin(1, 0, hash(1));
        image.commit(1, 0, true);
        live.commit(1, 0, true);
        assertThat(image.totals()).isEqualTo(new LedgerTotals(3, 3, 0, 0, 0, 0, 1, 0));
        assertThat(live.totals()).isEqualTo(image.totals());
    }

    @Test
    void anImageWaitsForNoFrame() throws IOException {
        EpochLedger live = EpochLedger.fromStart(1);
        live.begin(0, 0, hash(0));
        live.begin(1, 0, hash(1));
        live.commit(1, 0, true);
        assertThat(live.cum()).isZero();

        EpochLedger image = image(live);
        assertThat(image.cum()).isEqualTo(2);
        assertThat(image.totals()).isEqualTo(new LedgerTotals(2, 1, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void aMarkIsSetWhereAReplaySetsIt() {
        EpochLedger live = EpochLedger.fromStart(1);
        live.begin(0, 0, hash(0));
        live.begin(3, 0, hash(3));
        live.commit(3, 0, true);
        live.markTime(); // 0 waits; in a replay it would be missing with 1 and 2
        live.commit(0, 0, true);
        live.markTime();
        assertThat(live.totals()).isEqualTo(new LedgerTotals(4, 2, 0, 2, 0, 0, 1, 0));
    }

    private static EpochLedger image(EpochLedger of) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        of.save(new DataOutputStream(bytes));
        return EpochLedger.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
}
