package vzguard.cli;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import vzguard.cli.connect.ChannelOpener;
import vzguard.cli.connect.Contexts;
import vzguard.cli.console.Console;

/** One call of the command line against an in-process controller, with a logged-in context in a folder of its own. */
public final class Call {
    private final Path config;
    private final BindableService controller;
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";
    private boolean terminal;

    private Call(Path config, BindableService controller) {
        this.config = config;
        this.controller = controller;
        environment.put("VZGUARD_CONFIG", config.toString());
    }

    /** What came of it. */
    public record Result(int exitCode, String out, String err) {}

    public static Call to(Path config, BindableService controller) {
        new Contexts(config).save("test", "controller.example:7443", "ca", "certificate", "key");
        return new Call(config, controller);
    }

    public Call input(String text) {
        input = text;
        return this;
    }

    public Call onTerminal() {
        terminal = true;
        return this;
    }

    public Call environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Result run(String... arguments) {
        String name = UUID.randomUUID().toString();
        Server server = started(name);
        try {
            return run(context -> channel(name), arguments);
        } finally {
            server.shutdownNow();
        }
    }

    /** With another way to the controller. */
    public Result run(ChannelOpener opener, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                terminal && !environment.containsKey("NO_COLOR"),
                environment,
                Clock.fixed(Fixtures.NOW, ZoneOffset.UTC));
        int exitCode = Main.run(console, opener, arguments);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A file beside the contexts. */
    public Path file(String name, String text) {
        try {
            return Files.writeString(config.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Server started(String name) {
        try {
            return InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(controller)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ManagedChannel channel(String name) {
        return InProcessChannelBuilder.forName(name).directExecutor().build();
    }
}
