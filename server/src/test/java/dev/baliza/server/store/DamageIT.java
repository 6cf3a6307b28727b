package dev.baliza.server.store;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What {@link DamageTest} does with one bit of each byte, with all: half a minute. STORE §5. */
class DamageIT {
    @Test
    void everyFlippedBitCostsTheRecordItIsInAndNoOther() throws IOException {
        DamageTest.flipEach(1);
    }
}
