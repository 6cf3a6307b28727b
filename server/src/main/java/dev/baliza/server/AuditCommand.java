package dev.baliza.server;

import dev.baliza.server.operator.AuditVerdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza audit}: checks what operators did. */
@Command(
        name = "audit",
        description = "Check the audit log of a server: what its operators asked.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "verify")
public final class AuditCommand {
    private static final int FAILED = 1;
    private static final int NO_INPUT = 66;

    @Spec
    private @Nullable CommandSpec spec;

    @Command(
            name = "verify",
            description = {
                "Check that each record follows the one before it, over all FILEs in this order; name the first line that is wrong.",
                "Prints the hash of the last record: keep it elsewhere, and a later check tells whether records were cut off the end."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "FILE",
                            description = "STORE/audit-*.log, oldest first, then STORE/audit.log.")
                    List<Path> files) {
        CommandSpec own = Objects.requireNonNull(spec);
        PrintWriter out = own.commandLine().getOut();
        PrintWriter err = own.commandLine().getErr();
        try {
            AuditVerdict verdict = AuditVerdict.of(files);
            if (verdict.broken().isPresent()) {
                err.println("baliza audit: " + verdict.broken().get());
                err.printf(Locale.ROOT, "%d records before it are right%n", verdict.records());
                return FAILED;
            }
            out.printf(
                    Locale.ROOT,
                    "ok: %d records, %d to %d, last hash %s%n",
                    verdict.records(),
                    verdict.first(),
                    verdict.last(),
                    verdict.lastHash());
            return 0;
        } catch (IOException e) {
            err.println("baliza audit: cannot be read: " + e);
            return NO_INPUT;
        }
    }
}
