package dev.baliza.server.files;

import dev.baliza.protocol.FileMessage;
import dev.baliza.protocol.transfer.Incoming;
import dev.baliza.server.session.Errand;

/** A file that a device is sending. Confined to one thread. */
final class Reception {
    final PartId id;
    final FileMessage.Offer offer;
    final Incoming incoming;
    final PartFile part;
    /** What came last; its sender gets the answers. */
    Errand last;

    long heardMicros;

    Reception(PartId id, FileMessage.Offer offer, PartFile part, Errand last, long nowMicros) {
        this.id = id;
        this.offer = offer;
        this.part = part;
        this.last = last;
        incoming = new Incoming(offer, part.held());
        heardMicros = nowMicros;
    }

    void heard(Errand errand, long nowMicros) {
        last = errand;
        heardMicros = nowMicros;
    }
}
