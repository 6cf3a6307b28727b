package dev.baliza.cli;

import dev.baliza.server.BalizaServer;
import dev.baliza.server.ServerCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code baliza demo}: placeholder until the simulator lands. */
@Command(name = "demo", description = "A server and 50 virtual devices, live, in one process.", mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
