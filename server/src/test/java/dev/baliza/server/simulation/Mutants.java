package dev.baliza.server.simulation;

import java.util.List;

/** Faults that a server of this kind is likely to have; each must be found out. */
final class Mutants {
    private static final String LEDGER = "session/EpochLedger";
    private static final String JUDGE = "session/FrameJudge";
    private static final String SESSION = "session/Session";
    private static final String INTRODUCTIONS = "session/Introductions";
    private static final String EPOCHS = "session/DeviceEpochs";
    private static final String REPLAY = "session/Replay";
    private static final String ACKS = "session/Acks";
    private static final String INTAKE = "session/Intake";

    static final List<Mutant> ALL = List.of(
            // numbers and windows
            new Mutant(
                    "floor and next of a control frame of another epoch",
                    SESSION,
                    "EpochLedger ledger = ledger(frame.epoch(), nowMicros);",
                    "EpochLedger ledger = ledger(Math.max(frame.epoch(), epochs.current()), nowMicros);"),
            new Mutant(
                    "back taken as a count",
                    LEDGER,
                    "        if (back != Limits.BACK_UNSET && newFloor > floor) {",
                    "        newFloor += back == 0 ? 0 : 1;\n        if (back != Limits.BACK_UNSET && newFloor > floor) {"),
            new Mutant(
                    "window overrun",
                    LEDGER,
                    "if (seq >= cum + Limits.WINDOW) {\n            return Judgement.OVERFLOW",
                    "if (seq >= cum + 4L * Limits.WINDOW) {\n            return Judgement.OVERFLOW"),
            new Mutant(
                    "pending frames do not stop the floor",
                    LEDGER,
                    "} else if (window.get(PENDING, cum)) {\n                return;",
                    "} else if (cum < 0) {\n                return;"),
            new Mutant(
                    "a missing number is not noted",
                    LEDGER,
                    "window.set(MISSING, cum);",
                    "window.clear(MISSING, cum);"),
            new Mutant(
                    "what falls behind the window is not lost",
                    LEDGER,
                    "lost += 1 - lateOnes.spare(cum - Limits.WINDOW, cum - Limits.WINDOW + 1);",
                    "lost += 0;"),
            new Mutant("a long gap is lost but for one", LEDGER, "+ (target - cum);", "+ (target - cum - 1);"),
            new Mutant(
                    "a late frame stays missing", LEDGER, "window.clear(MISSING, seq);", "window.get(MISSING, seq);"),
            new Mutant(
                    "next is one behind",
                    LEDGER,
                    "raise(seq + 1);\n        if (accept) {",
                    "raise(seq);\n        if (accept) {"),
            new Mutant(
                    "PING does not tell the tail",
                    LEDGER,
                    "if (!sequenced) {\n            raise(seq);",
                    "if (sequenced) {\n            raise(seq);"),
            // copies
            new Mutant(
                    "two copies inside one group",
                    LEDGER,
                    "return window.get(SETTLED, seq) || window.get(PENDING, seq) ? repeated",
                    "return window.get(SETTLED, seq) ? repeated"),
            new Mutant(
                    "two copies of a late frame inside one group",
                    LEDGER,
                    "if (!window.get(MISSING, seq) || lateOnes.contains(seq)) {\n            return repeated",
                    "if (!window.get(MISSING, seq)) {\n            return repeated"),
            new Mutant(
                    "a clock used against duplicates",
                    JUDGE,
                    "switch (ledger.judge(seq, contentHash)) {",
                    "switch (nowMicros % 64 == 0 ? EpochLedger.Judgement.FRESH : ledger.judge(seq, contentHash)) {"),
            new Mutant(
                    "a repetition is a conflict",
                    LEDGER,
                    "hashes[hashSlot(seq)] = contentHash;",
                    "hashes[hashSlot(seq)] = (int) seq;"),
            new Mutant(
                    "a frame that is lost for good is taken",
                    LEDGER,
                    "return seq < finalBelow ? Judgement.TOO_OLD : Judgement.FRESH;",
                    "return Judgement.FRESH;"),
            // commits
            new Mutant(
                    "an ACK of level counted says stored",
                    ACKS,
                    "                level,\n                Arrays",
                    "                AckLevel.STORED,\n                Arrays"),
            new Mutant(
                    "bits of pending frames in an ACK of level stored",
                    ACKS,
                    "boolean withPending = level == AckLevel.COUNTED;",
                    "boolean withPending = true;"),
            new Mutant(
                    "WELCOME names pending frames",
                    "session/Welcomes",
                    "settledWords(1, false)",
                    "settledWords(1, true)"),
            new Mutant(
                    "the reason of a rejection before its commit",
                    JUDGE,
                    "if (wrong != null && frame.level() == AckLevel.COUNTED) {",
                    "if (wrong != null) {"),
            new Mutant(
                    "a PING counts frames that are not committed",
                    SESSION,
                    "return; // it follows from what is committed, or from frames that wait for that",
                    "ledger.apply(frame.seq(), frame.back(), false);\n            return;"),
            new Mutant(
                    "a claim applied before its record",
                    JUDGE,
                    "            if (fresh && !taken) {\n                ledger.unbase();",
                    "            ledger.apply(seq, back, false);\n            if (fresh && !taken) {\n                ledger.unbase();"),
            new Mutant("a mark applied before its record", SESSION, "ledger.markComes();", "ledger.markTime();"),
            new Mutant(
                    "a mark takes what waits for its commit for lost",
                    LEDGER,
                    "lost += window.count(MISSING, from, to) - lateOnes.spare(from, to);",
                    "lost += window.count(MISSING, from, to);"),
            new Mutant(
                    "an epoch closed before its record",
                    SESSION,
                    "            ledger.leave();",
                    "            epochs.close(epoch);"),
            new Mutant(
                    "an epoch is welcomed before its grant is stored",
                    INTRODUCTIONS,
                    "        BootNonce nonce = hello.bootNonce();",
                    "        BootNonce nonce = hello.bootNonce();\n        if (welcome != null) {\n            tools.replies().send(peer, session, welcome, seal);\n        }"),
            new Mutant(
                    "the second HELLO does not wait for the grant",
                    EPOCHS,
                    "reserved.put(nonce, highestKnown);",
                    "reserved.size();"),
            new Mutant(
                    "an epoch begins without a record",
                    SESSION,
                    "if (begins && !canNote(",
                    "if (begins && nowMicros < 0 && !canNote("),
            new Mutant("a base that the store did not take", LEDGER, "        baseAt(0);\n        based = false;", ""),
            new Mutant(
                    "what does not fit the store is taken all the same",
                    JUDGE,
                    "payload, settlement)) {",
                    "payload, settlement) && nowMicros < 0) {"),
            // epochs
            new Mutant(
                    "an epoch given twice",
                    EPOCHS,
                    "Math.max(highestKnown + 1, nowMicros / 1_000_000)",
                    "nowMicros / 1_000_000"),
            new Mutant(
                    "a boot gets another epoch each time",
                    EPOCHS,
                    "if (known != null) {\n            return known.epoch;",
                    "if (known != null && known.epoch < 0) {\n            return known.epoch;"),
            new Mutant(
                    "a device that lost its count is welcomed",
                    EPOCHS,
                    "return nonce.equals(begunBy.getOrDefault(epoch, nonce));",
                    "return true;"),
            new Mutant(
                    "boots are not written down",
                    INTRODUCTIONS,
                    "if (!begun || !session.note(DeviceFact.TOLD, epoch, told.bytes(), nowMicros)) {",
                    "if (!begun) {"),
            new Mutant("a closed epoch opens again", EPOCHS, "noRoom || epoch <= closedThrough ||", "noRoom ||"),
            new Mutant(
                    "what an epoch had outstanding is forgotten at its close",
                    LEDGER,
                    "t.lost() + t.missing() + t.outstanding(),",
                    "t.lost() + t.missing(),"),
            new Mutant(
                    "PING in a closed epoch gets no answer",
                    JUDGE,
                    "                || type == MessageType.PING\n",
                    ""),
            new Mutant(
                    "a stale device is sent to an epoch that was given",
                    JUDGE,
                    "0, epochs.newest(), text",
                    "0, epochs.current(), text"),
            new Mutant(
                    "grants are not replayed",
                    REPLAY,
                    "session.epochs().give(grant.boot(), record.epoch(), grant.lowestHeld());",
                    ""),
            // content
            new Mutant(
                    "the set in force instead of the one that is named",
                    "session/ChannelSets",
                    "if (last != null && last.hash() == hash) {",
                    "if (last != null) {"),
            new Mutant(
                    "descriptions that were replaced are forgotten",
                    "session/ChannelSets",
                    "replaced.add(0, old);",
                    "replaced.size();"),
            new Mutant("descriptions are not in a snapshot", INTAKE, "        sets.load(in, series);\n", ""),
            new Mutant("a rejected frame is not settled", JUDGE, "RecordKind.REJECTED\n", "RecordKind.SNAPSHOT\n"),
            new Mutant(
                    "the newest value is the last to arrive",
                    "aggregate/Series",
                    "if (micros[i] > newest ||",
                    "if (count > 0 || micros[i] > newest ||"),
            new Mutant(
                    "equal times are not told apart by their numbers",
                    "aggregate/Series",
                    "seq >= lastSeq",
                    "seq < lastSeq"),
            new Mutant(
                    "readings counted by frames",
                    INTAKE,
                    "count(transport, content.readings());",
                    "count(transport, 1);"),
            // crashes
            new Mutant(
                    "the store's sums count twice after a snapshot",
                    REPLAY,
                    "if (record.position() <= session.restoredThrough()) {",
                    "if (record.position() < 0) {"),
            new Mutant(
                    "a snapshot one position ahead",
                    "session/Shard",
                    "requireNonNull(tools.journal()).applied();",
                    "requireNonNull(tools.journal()).applied() + 1;"),
            new Mutant(
                    "replay begins one late", "store/Recovery", "snapshot.position() + 1;", "snapshot.position() + 2;"),
            new Mutant(
                    "replay does not settle",
                    REPLAY,
                    "ledger.commit(seq, record.back(), !rejected);",
                    "ledger.refuse(seq);"),
            new Mutant(
                    "replay takes what waited for too old",
                    REPLAY,
                    "switch (ledger.judge(seq, hash)) {",
                    "if (ledger.judge(seq, hash) == EpochLedger.Judgement.TOO_OLD) {\n            return;\n        }\n        switch (ledger.judge(seq, hash)) {"),
            new Mutant("marks are not replayed", REPLAY, "case MARK -> ledger.markTime();", "case MARK -> {}"),
            new Mutant(
                    "what was rejected is not in a snapshot",
                    "session/DeviceImage",
                    "session.counts().countRejected(code, times);",
                    ""),
            new Mutant(
                    "acknowledged before the sync",
                    "store/GroupWriter",
                    "        segment.commit();\n        acknowledge();",
                    "        acknowledge();\n        segment.commit();"),
            new Mutant(
                    "a failed sync swallowed",
                    "store/SegmentWriter",
                    "throw new SyncException(name.file(), e);",
                    "uncommitted = false;"),
            new Mutant(
                    "a write that failed is not cut off",
                    "store/SegmentWriter",
                    "current.truncate(committedBytes);",
                    ""),
            new Mutant(
                    "a new segment without a synced directory",
                    "store/SegmentWriter",
                    "disk.syncDirectory();",
                    "disk.freeBytes();"),
            new Mutant(
                    "recovery goes on in a torn group",
                    "store/Recovery",
                    "(aside == 0 && !segment.afterHole())",
                    "true"),
            new Mutant("a snapshot that is not synced", "store/Snapshots", "            file.sync();\n", ""),
            new Mutant(
                    "the cache believed after a failed sync",
                    "store/Recovery",
                    "file.overwrite(bytes.flip(), unprovenOffset);",
                    ""),
            new Mutant(
                    "late by what waits for its commit",
                    LEDGER,
                    "late += seq < floor ? 1 : 0;",
                    "late += seq < cum ? 1 : 0;"));

    private Mutants() {}
}
