package dev.baliza.sim.ctl;

import dev.baliza.protocol.AdminStatus;

/** What a server answered, put together of all parts. */
record Answered(AdminStatus status, String json) {}
