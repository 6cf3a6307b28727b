package dev.baliza.server.operator;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether the chain of an audit log holds.
 *
 * @param records that are right, before the first that is not
 * @param first sequence number of the first one, 0 for none
 * @param last sequence number of the last one
 * @param lastHash of the last one: who keeps it elsewhere can tell later whether records were cut off
 * @param broken the first line that is wrong, and why; empty when all hold
 */
public record AuditVerdict(long records, long first, long last, String lastHash, Optional<String> broken) {
    private static final AuditVerdict NOTHING = new AuditVerdict(0, 0, 0, AuditChain.ORIGIN, Optional.empty());

    /**
     * Reads files in the order of their records.
     *
     * @throws IOException a file cannot be read
     */
    public static AuditVerdict of(List<Path> files) throws IOException {
        AuditVerdict verdict = NOTHING;
        for (Path file : files) {
            // every byte is a character, so that a damaged letter ends in a wrong hash and not in an exception
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                long number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    verdict = verdict.with(file + ":" + number, line);
                    if (verdict.broken.isPresent()) {
                        return verdict;
                    }
                }
            }
        }
        return verdict;
    }

    private AuditVerdict with(String place, String latin) {
        String line = new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        Optional<AuditChain.Link> link = AuditChain.read(line);
        if (link.isEmpty()) {
            return broken(place + ": the record was changed or cut, or is none");
        }
        AuditChain.Link next = link.get();
        boolean starts = records == 0 && (next.sequence() > 1 || next.previous().equals(AuditChain.ORIGIN));
        if (!starts && next.sequence() != last + 1) {
            return broken(place + ": record " + next.sequence() + " follows record " + last
                    + "; what was between them is gone");
        }
        if (!starts && !next.previous().equals(lastHash)) {
            return broken(place + ": record " + next.sequence() + " does not follow the record before it");
        }
        return new AuditVerdict(
                records + 1, records == 0 ? next.sequence() : first, next.sequence(), next.hash(), Optional.empty());
    }

    private AuditVerdict broken(String why) {
        return new AuditVerdict(records, first, last, lastHash, Optional.of(why));
    }
}
