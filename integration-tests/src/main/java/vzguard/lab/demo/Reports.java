package vzguard.lab.demo;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.concurrent.TimeUnit;
import vzguard.lab.demo.Stage.Result;
import vzguard.lab.demo.Stage.StageFailure;

/** Waits until agents have reported, by asking the controller through the command line. */
final class Reports {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Cli cli;

    Reports(Cli cli) {
        this.cli = cli;
    }

    /** Agents report when they have looked around once. */
    void awaitVes(int expected) throws StageFailure {
        long begin = System.nanoTime();
        int known = 0;
        while (known < expected) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new StageFailure("the agents reported only " + known + " of " + expected + " VEs within 60 s");
            }
            Result ves = cli.run("ves", "-o", "json");
            known = ves.exit() == 0 ? known(ves.out()) : 0;
        }
    }

    private static int known(String json) {
        int known = 0;
        for (JsonElement each : JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("ves")) {
            JsonObject facts = each.getAsJsonObject().getAsJsonObject("facts");
            if (!facts.get("state").getAsString().equals("VE_STATE_UNKNOWN")) {
                known++;
            }
        }
        return known;
    }

    /** The agent is a service of its host and comes back with it. */
    void awaitHost(String host) throws StageFailure {
        long begin = System.nanoTime();
        while (!isConnected(host)) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new StageFailure("the agent of " + host + " did not come back within 60 s");
            }
        }
    }

    private boolean isConnected(String host) throws StageFailure {
        Result shown = cli.run("hosts", "show", host, "-o", "json");
        return shown.exit() == 0
                && JsonParser.parseString(shown.out())
                        .getAsJsonObject()
                        .get("connected")
                        .getAsBoolean();
    }
}
