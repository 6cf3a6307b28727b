package dev.baliza.server.session;

import dev.baliza.protocol.Message;
import java.util.List;
import java.util.function.Consumer;

/** Takes what operators ask. Thread: called on shards' threads, so it must not block. Spec: SPEC §16. */
public interface AdminDesk {
    /** A server without operators. */
    AdminDesk NONE = new AdminDesk() {
        @Override
        public boolean servesLoopback() {
            return false;
        }

        @Override
        public void ask(Caller caller, Message.Admin request, Consumer<List<Message.AdminResult>> reply) {}

        @Override
        public void refused(Caller caller, Message.Admin request) {}
    };

    /** Whether this server has no keys and listens on loopback only (SPEC §16.1.4). */
    boolean servesLoopback();

    /**
     * An operator asks.
     *
     * @param reply takes the parts to send, on any thread, at most once
     */
    void ask(Caller caller, Message.Admin request, Consumer<List<Message.AdminResult>> reply);

    /** Somebody who is no operator asked, and was told so. */
    void refused(Caller caller, Message.Admin request);
}
