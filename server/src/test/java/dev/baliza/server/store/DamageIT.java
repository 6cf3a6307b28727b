package dev.baliza.server.store;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link DamageTest} does with one bit of each byte, with all, which takes half a minute. STORE §5. */
@Timeout(600)
class DamageIT {
    @Test
    void everyFlippedBitCostsTheRecordItIsInAndNoOther() throws IOException {
        DamageTest.flipEach(1);
    }
}
