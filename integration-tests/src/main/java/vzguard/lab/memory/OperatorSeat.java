package vzguard.lab.memory;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import vzguard.cli.Main;
import vzguard.cli.connect.TlsChannels;
import vzguard.cli.console.Console;
import vzguard.lab.real.CliContext;
import vzguard.lab.real.LabException;

/** The command line, called within this process, with the CLI context of a lab. */
final class OperatorSeat {
    private final CliContext context;
    private final Path configuration;

    OperatorSeat(String lab, Path configuration) {
        this.context = new CliContext(lab, configuration);
        this.configuration = configuration;
    }

    /** Writes the context and makes it the current one. */
    void logIn(String address, Path tokenFile) {
        context.publish(
                () -> run("login", address, "--token-file", tokenFile.toString(), "--context", context.name()),
                java.util.Optional.empty());
    }

    /** A token with which this many agents can enrol. */
    String agentToken(int uses) {
        return run("token", "create", "--uses", Integer.toString(uses)).strip();
    }

    /** How many VEs the agents have reported. */
    int reportedVes() {
        return reported(run("ves", "-o", "json"));
    }

    /** VEs whose state is known, in what {@code ves -o json} printed. */
    private static int reported(String json) {
        int known = 0;
        for (JsonElement each : JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("ves")) {
            JsonObject facts = each.getAsJsonObject().getAsJsonObject("facts");
            if (!facts.get("state").getAsString().equals("VE_STATE_UNKNOWN")) {
                known++;
            }
        }
        return known;
    }

    private String run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                Map.of("VZGUARD_CONFIG", configuration.toString(), "VZGUARD_CONTEXT", context.name()),
                Clock.systemUTC());
        int exit = Main.run(console, new TlsChannels(), arguments);
        if (exit != 0) {
            throw new LabException("vzguard " + arguments[0] + " answered with exit " + exit + ": "
                    + err.toString(StandardCharsets.UTF_8).strip());
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
