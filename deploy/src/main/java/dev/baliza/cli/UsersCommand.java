package dev.baliza.cli;

import dev.baliza.server.auth.PasswordHash;
import dev.baliza.server.auth.Role;
import dev.baliza.server.auth.User;
import dev.baliza.server.auth.UsersFile;
import dev.baliza.server.auth.UsersFile.UsersException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code baliza users}: who may read over HTTP. A running server reads the file again when it changes. */
@Command(
        name = "users",
        description = "Add, list and remove users of the HTTP port.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "The server takes the file with --set http.auth=FILE and looks at it every second."})
public final class UsersCommand {
    private static final int DATA_ERROR = 65;
    private static final int CANNOT_WRITE = 73;
    private static final int MIN_PASSWORD = 8;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "baliza.users",
            description = "The file of users (${DEFAULT-VALUE}).")
    private Path file = Path.of("baliza.users");

    /** What a subcommand does with the users; it may change the list. */
    private interface Change {
        void apply(List<User> users) throws UsersException, IOException;
    }

    private int read(boolean mayBeNew, Change use) {
        try {
            use.apply(mayBeNew && !Files.exists(file) ? new ArrayList<>() : new ArrayList<>(UsersFile.read(file)));
            return 0;
        } catch (UsersException | IllegalArgumentException e) {
            err.println("baliza users: " + e.getMessage());
            return DATA_ERROR;
        } catch (IOException e) {
            err.println("baliza users: cannot write " + file + ": " + e);
            return CANNOT_WRITE;
        }
    }

    @Command(
            name = "add",
            description = "Add a user, or give one another password or role.",
            mixinStandardHelpOptions = true,
            footer = {"", "The password is asked for on a terminal, and else is the first line of standard input."})
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description = "viewer or admin; HTTP changes nothing, so there both may read.")
                    Role role) {
        return read(true, users -> {
            User.checkName(name); // before anybody types a password
            char[] password = password();
            try {
                User user =
                        new User(name, role, PasswordHash.of(password, PasswordHash.ITERATIONS, new SecureRandom()));
                int at = index(users, name);
                if (at < 0) {
                    users.add(user);
                } else {
                    users.set(at, user);
                }
            } finally {
                Arrays.fill(password, ' ');
            }
            UsersFile.write(file, users);
            err.println(role.label() + " " + name + " is in " + file);
        });
    }

    private static int index(List<User> users, String name) {
        for (int i = 0; i < users.size(); i++) {
            if (users.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @SuppressWarnings(
            "SystemConsoleNull") // there is none without a terminal before Java 22; from then on it says so itself
    private static char[] password() {
        Console console = System.console();
        char[] password = console == null || !isTerminal(console) ? fromInput() : fromConsole(console);
        if (password.length < MIN_PASSWORD) {
            throw new IllegalArgumentException("the password must have at least " + MIN_PASSWORD + " characters");
        }
        return password;
    }

    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    private static char[] fromConsole(Console console) {
        char[] once = read(console, "Password: ");
        char[] again = read(console, "Again: ");
        if (!Arrays.equals(once, again)) {
            throw new IllegalArgumentException("the two passwords differ; try again");
        }
        return once;
    }

    private static char[] read(Console console, String prompt) {
        char[] typed = console.readPassword(prompt);
        return typed == null ? new char[0] : typed;
    }

    private static char[] fromInput() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? new char[0] : line.toCharArray();
        } catch (IOException e) {
            throw new IllegalArgumentException("the password cannot be read from standard input: " + e.getMessage(), e);
        }
    }

    @Command(
            name = "list",
            description = "List names and roles; hashes are not shown.",
            mixinStandardHelpOptions = true)
    int list() {
        return read(
                false,
                users -> users.forEach(user ->
                        out.printf("%-32s %s%n", user.name(), user.role().label())));
    }

    @Command(
            name = "remove",
            description = "Remove a user; what is open stays open until it ends.",
            mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "NAME") String name) {
        return read(false, users -> {
            if (!users.removeIf(user -> user.name().equals(name))) {
                throw new IllegalArgumentException("there is no user '" + name + "'; see: baliza users list");
            }
            UsersFile.write(file, users);
        });
    }
}
