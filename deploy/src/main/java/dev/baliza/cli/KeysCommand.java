package dev.baliza.cli;

import dev.baliza.protocol.seal.KeyEntry;
import dev.baliza.protocol.seal.KeyFile;
import dev.baliza.protocol.seal.KeyRing;
import dev.baliza.protocol.seal.Role;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code baliza keys}: the secrets that devices and operators share with the server. A running server reads the file again when it changes. */
@Command(
        name = "keys",
        description = "Make, list, rotate, revoke, import and export keys of devices and operators.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The server takes the file with --set keys.file=FILE and looks at it every second; baliza sim takes it with --keys."
        })
public final class KeysCommand {
    private static final int DATA_ERROR = 65;
    private static final int CANNOT_WRITE = 73;
    private static final int MAX_KEY_ID = 255;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "baliza.keys",
            description = "The key file (${DEFAULT-VALUE}).")
    private Path file = Path.of("baliza.keys");

    /** What a subcommand does with the entries; it may change the list. */
    private interface Change {
        void apply(List<KeyEntry> entries) throws KeyFile.KeyFileException;
    }

    private int read(Change use) {
        return read(false, use);
    }

    private int read(boolean mayBeNew, Change use) {
        try {
            use.apply(mayBeNew && !Files.exists(file) ? new ArrayList<>() : new ArrayList<>(KeyFile.read(file)));
            return 0;
        } catch (KeyFile.KeyFileException | IllegalArgumentException e) {
            err.println("baliza keys: " + e.getMessage());
            return DATA_ERROR;
        }
    }

    /** Reads, changes and writes in one step; nothing is written when anything is wrong. */
    private int change(Change change) {
        List<KeyEntry> result = new ArrayList<>();
        int code = read(true, entries -> {
            change.apply(entries);
            new KeyRing(entries.stream().map(KeyEntry::key).toList());
            result.addAll(entries);
        });
        if (code != 0) {
            return code;
        }
        try {
            KeyFile.write(file, result);
            return 0;
        } catch (IOException e) {
            err.println("baliza keys: cannot write " + file + ": " + e);
            return CANNOT_WRITE;
        }
    }

    private static KeyEntry fresh(
            String device, int keyId, boolean deviceNumbersEpochs, int bits, @Nullable Role role) {
        byte[] secret = new byte[bits / 8];
        new SecureRandom().nextBytes(secret);
        return new KeyEntry(device, keyId, deviceNumbersEpochs, secret, role);
    }

    private static List<KeyEntry> of(List<KeyEntry> entries, String device) {
        List<KeyEntry> own =
                entries.stream().filter(e -> e.device().equals(device)).toList();
        if (own.isEmpty()) {
            throw new IllegalArgumentException("there is no key of '" + device + "'; see: baliza keys list");
        }
        return own;
    }

    @Command(
            name = "new",
            description = "Make a key for each device and print what to paste into it.",
            mixinStandardHelpOptions = true)
    int make(
            @Parameters(
                            arity = "1..*",
                            paramLabel = "DEVICE",
                            description = "A name, or id: and 16 hexadecimal digits.")
                    List<String> devices,
            @Option(
                            names = "--epochs",
                            paramLabel = "WHO",
                            defaultValue = "server",
                            description =
                                    "Who numbers the device's boots: server (it says HELLO), or device (it has flash) (${DEFAULT-VALUE}).")
                    Numbering epochs,
            @Option(names = "--bits", defaultValue = "128", description = "128 or 256 (${DEFAULT-VALUE}).") int bits,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            description =
                                    "The key of a person who manages the server: ${COMPLETION-CANDIDATES}; prints a profile for: baliza ctl login.")
                    @Nullable
                    Role role) {
        if (bits != 128 && bits != 256) {
            err.println("baliza keys: --bits must be 128 or 256, not " + bits);
            return DATA_ERROR;
        }
        List<KeyEntry> made = new ArrayList<>();
        int code = change(entries -> {
            for (String device : devices) {
                if (entries.stream().anyMatch(e -> e.device().equals(device))) {
                    throw new IllegalArgumentException(
                            "'" + device + "' has a key; replace it with: baliza keys rotate " + device);
                }
                made.add(fresh(device, 1, epochs == Numbering.DEVICE, bits, role));
                entries.add(made.get(made.size() - 1));
            }
        });
        if (code == 0) {
            made.forEach(this::printForDevice);
        }
        return code;
    }

    /** Who numbers the boots of a device. */
    public enum Numbering {
        SERVER,
        DEVICE
    }

    @Command(
            name = "list",
            description = "List devices and key ids; secrets are not shown.",
            mixinStandardHelpOptions = true)
    int list() {
        return read(entries -> entries.forEach(e -> out.printf(
                Locale.ROOT,
                "%-32s id %016x  key %-3d  %d bits  epochs by %s%s%n",
                e.device(),
                e.id(),
                e.keyId(),
                e.bits(),
                e.deviceNumbersEpochs() ? "device" : "server",
                roleText(e.role()))));
    }

    private static String roleText(@Nullable Role role) {
        return role == null ? "" : "  " + role.label();
    }

    @Command(
            name = "rotate",
            description = "Make a second key for a device; both are good until the old one is revoked.",
            mixinStandardHelpOptions = true)
    int rotate(@Parameters(paramLabel = "DEVICE") String device) {
        List<KeyEntry> made = new ArrayList<>();
        int code = change(entries -> {
            List<KeyEntry> own = of(entries, device);
            if (own.size() == KeyRing.MAX_KEYS_PER_DEVICE) {
                throw new IllegalArgumentException("'" + device + "' has two keys already; when it uses the newer one: "
                        + "baliza keys revoke " + device + " " + own.get(0).keyId());
            }
            KeyEntry old = own.get(0);
            made.add(fresh(device, old.keyId() % MAX_KEY_ID + 1, old.deviceNumbersEpochs(), old.bits(), old.role()));
            entries.add(made.get(0));
        });
        if (code == 0) {
            made.forEach(this::printForDevice);
        }
        return code;
    }

    @Command(
            name = "revoke",
            description = "Forget a key: frames sealed with it are dropped.",
            mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "DEVICE") String device, @Parameters(paramLabel = "KEYID") int keyId) {
        return change(entries -> {
            of(entries, device);
            if (!entries.removeIf(e -> e.device().equals(device) && e.keyId() == keyId)) {
                throw new IllegalArgumentException("'" + device + "' has no key " + keyId + "; see: baliza keys list");
            }
        });
    }

    @Command(name = "import", description = "Add the keys of another key file.", mixinStandardHelpOptions = true)
    int importFrom(@Parameters(paramLabel = "OTHER") Path other) {
        return change(entries -> entries.addAll(KeyFile.read(other)));
    }

    @Command(
            name = "export",
            description = "Print a device's newest key for its firmware.",
            mixinStandardHelpOptions = true)
    int export(@Parameters(paramLabel = "DEVICE") String device) {
        return read(entries -> {
            List<KeyEntry> own = of(entries, device);
            printForDevice(own.get(own.size() - 1));
        });
    }

    /** What the Python client wants besides name and host. */
    private static String pythonArguments(KeyEntry entry) {
        String key = "key=\"%s\", key_id=%d".formatted(entry.hex(), entry.keyId());
        return entry.deviceNumbersEpochs()
                ? key
                        + ", epochs=\"device\", state=\"%s.epoch\""
                                .formatted(entry.device().replace(':', '-'))
                : key;
    }

    private void printForDevice(KeyEntry entry) {
        Role role = entry.role();
        if (role != null) {
            out.printf("# Profile for: baliza ctl login --server HOST:PORT%n");
            out.printf("operator: \"%s\"%nrole: %s%n", entry.device(), role.label());
            out.printf("keyId: %d%nsecret: \"%s\"%n", entry.keyId(), entry.hex());
            return;
        }
        byte[] secret = HexFormat.of().parseHex(entry.hex());
        StringJoiner c = new StringJoiner(", ");
        for (byte one : secret) {
            c.add("0x%02x".formatted(one));
        }
        out.printf("device  %s (id %016x), key id %d%n", entry.device(), entry.id(), entry.keyId());
        out.printf("C       static const uint8_t baliza_key[%d] = {%s};%n", secret.length, c);
        out.printf("Python  device = baliza.Device(\"%s\", \"SERVER\", %s)%n", entry.device(), pythonArguments(entry));
        out.printf("hex     %s%n", entry.hex());
    }
}
