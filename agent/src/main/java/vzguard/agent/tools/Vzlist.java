package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.VeState;
import vzguard.values.Ctid;

/**
 * vzlist, in text: its JSON does not escape strings, and the three fields asked for exist in every version. Free text (the
 * hostname, which the VE's owner chooses) comes last.
 */
public final class Vzlist {
    private static final Command LIST = Command.of("vzlist", "-H", "-a", "-o", "veid,status,hostname");
    private static final Pattern ROW = Pattern.compile("\\s*(\\S+)\\s+(\\S+)(?:\\s+(.*?))?\\s*");
    private static final Map<String, VeState> STATES = Map.of(
            "running", VeState.RUNNING,
            "stopped", VeState.STOPPED,
            "suspended", VeState.SUSPENDED,
            "mounted", VeState.MOUNTED);

    private final CommandRunner runner;

    public Vzlist(CommandRunner runner) {
        this.runner = runner;
    }

    /** @param hostname empty when there is none */
    public record Row(Ctid ctid, VeState state, String hostname) {}

    /**
     * What vzlist said.
     *
     * @param readable it could be understood: a CT without a row does not exist
     * @param problems what could not be understood, one sentence each
     */
    public record Listing(List<Row> rows, boolean readable, List<String> problems) {
        public Listing {
            rows = List.copyOf(rows);
            problems = List.copyOf(problems);
        }
    }

    /** All CTs of the host, in one process. */
    public Listing all() {
        return listing(runner.run(LIST));
    }

    static Listing listing(CommandResult result) {
        // A fresh host has nothing to list, and vzlist calls that a failure.
        boolean none = result.exit() == 1 && result.err().contains("Container(s) not found");
        boolean blind =
                result.exit() == 0 && result.out().isBlank() && result.err().contains("Unable to open");
        if (!none && (!result.succeeded() || blind)) {
            return new Listing(List.of(), false, List.of("vzlist: " + result.explain()));
        }
        List<Row> rows = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String line : result.out().lines().filter(text -> !text.isBlank()).toList()) {
            Matcher matcher = ROW.matcher(line);
            if (matcher.matches() && Ctid.isValid(matcher.group(1))) {
                String hostname = matcher.group(3) == null || matcher.group(3).equals("-") ? "" : matcher.group(3);
                rows.add(new Row(
                        new Ctid(matcher.group(1)),
                        STATES.getOrDefault(matcher.group(2), VeState.UNKNOWN),
                        Evidence.clean(hostname)));
            } else {
                problems.add("vzlist: cannot read the line \"" + Evidence.clean(line.strip()) + "\"");
            }
        }
        return new Listing(rows, !result.truncated(), problems);
    }
}
