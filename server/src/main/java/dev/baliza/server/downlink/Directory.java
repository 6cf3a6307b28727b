package dev.baliza.server.downlink;

import java.util.List;

/** The devices of one shard, as operators name them. Thread: the shard's. */
public interface Directory {
    /** Conversations with the device of this label or id, or with all whose label matches when the name has a {@code *}. */
    List<Conversation> find(String deviceOrGroup);

    /** Those conversations in which something was said. */
    List<Conversation> all();
}
