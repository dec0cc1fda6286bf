package vzguard.agent.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.NetfilterMode;
import vzguard.values.Ctid;

/**
 * vzctl, from 3.0.22 to 7. Its exit code alone proves nothing: {@code set} on a running CT saves, changes nothing and says
 * 0 (4.11.1) or 32 (7.0); {@code start} may say 0 for a CT whose init never ran. Read back.
 */
public final class Vzctl {
    /** Another vzctl holds the CT's lock; it does not wait. */
    public static final int LOCKED = 9;

    /** exec on a CT that does not run. */
    public static final int NOT_RUNNING = 31;

    private static final Pattern VERSION = Pattern.compile("vzctl version (\\S+)");
    private static final Pattern STATUS =
            Pattern.compile("(?:CTID|VEID) (\\S+) (exist|deleted) (mounted|unmounted) (\\w+)(?: (suspended))?");
    private static final Duration SET_DEADLINE = Duration.ofMinutes(2);

    private final CommandRunner runner;

    public Vzctl(CommandRunner runner) {
        this.runner = runner;
    }

    /** What {@code vzctl status} says of a CT. "exists": config and private area are there. */
    public record Status(boolean exists, boolean mounted, boolean running, boolean suspended) {
        /** Reads the line, in both wordings (VEID up to 3.0.22 and in 7.0, CTID between); empty when it is none. */
        public static Optional<Status> parse(String output) {
            return output.lines()
                    .map(line -> STATUS.matcher(line.strip()))
                    .filter(Matcher::matches)
                    .findFirst()
                    .map(line -> new Status(
                            line.group(2).equals("exist"),
                            line.group(3).equals("mounted"),
                            line.group(4).equals("running"),
                            line.group(4).equals("suspended") || line.group(5) != null));
        }
    }

    /** Its version ("4.11.1"); empty when there is no vzctl. */
    public Optional<String> version() {
        Matcher matcher =
                VERSION.matcher(runner.run(Command.of("vzctl", "--version")).out());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    public Optional<Status> status(Ctid ctid) {
        return Status.parse(
                runner.run(Command.of("vzctl", "status", ctid.text())).out());
    }

    /** Replaces the CT's list by these names; they count from its next start on. */
    public CommandResult setIptables(Ctid ctid, List<String> names) {
        List<String> argv = new ArrayList<>(List.of("vzctl", "set", ctid.text()));
        // One option per name: 3.0.22 takes no commas.
        names.forEach(name -> argv.addAll(List.of("--iptables", name)));
        argv.add("--save");
        return runner.run(Command.of(argv).withDeadline(SET_DEADLINE));
    }

    /** Counts from the CT's next start on. */
    public CommandResult setNetfilter(Ctid ctid, NetfilterMode mode) {
        return runner.run(Command.of("vzctl", "set", ctid.text(), "--netfilter", mode.word(), "--save")
                .withDeadline(SET_DEADLINE));
    }

    /** Stops and starts a CT; a stopped one is started. A CT that ignores halt takes 120 s.
     * Never killed: that would leave the CT stopped. */
    public CommandResult restart(Ctid ctid, Duration deadline) {
        return runner.run(Command.of("vzctl", "restart", ctid.text())
                .withDeadline(deadline)
                .leftRunning());
    }

    public CommandResult start(Ctid ctid, Duration deadline) {
        return runner.run(
                Command.of("vzctl", "start", ctid.text()).withDeadline(deadline).leftRunning());
    }

    /** Runs a program in a CT; its arguments reach it as they are, no shell in between. */
    public CommandResult exec(Ctid ctid, String stdin, String... argv) {
        return runner.run(execCommand(ctid, stdin, Arrays.asList(argv)));
    }

    /** The command that runs a program in a CT. */
    public static Command execCommand(Ctid ctid, String stdin, List<String> argv) {
        List<String> all = new ArrayList<>(List.of("vzctl", "--quiet", "exec3", ctid.text()));
        all.addAll(argv);
        return Command.of(all).withStdin(stdin);
    }

    /** Runs a constant script in a CT, by its shell. */
    public CommandResult script(Ctid ctid, String script, int outputLimit) {
        return runner.run(Command.of("vzctl", "--quiet", "exec2", ctid.text(), "-")
                .withStdin(script)
                .withOutputLimit(outputLimit));
    }
}
