package dev.baliza.server.session;

import dev.baliza.protocol.Message;

/** The way from a desk back to devices. Thread: any; it returns at once. */
public interface ReturnPath {
    /** Sends an answer to where the errand came from. The message must own its bytes. */
    void answer(Errand to, Message message);

    /** Sends a message to wherever the device is now, if its address is validated. The message must own its bytes. */
    void send(long device, Message message);
}
