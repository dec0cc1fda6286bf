package vzguard.agent.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.v1.JobResult;
import vzguard.v1.VeFacts;

/** Leaves this host and its VEs as if vzguard had never been there, but for the agent itself. */
@Command(
        name = "uninstall",
        description = "Takes away all guards of this host and puts its configs back as they were before vzguard changed"
                + " them. Loaded modules and running VEs stay as they are until their next start.")
public final class UninstallCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    private final Surroundings surroundings;

    public UninstallCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (VerbOptions.Local local = options.openToChange(surroundings)) {
            // The host last: what its VEs share is put back when none of them needs it any more.
            List<String> places = new ArrayList<>(ObserveCommand.observe(local).getVesList().stream()
                    .map(VeFacts::getCtid)
                    .toList());
            places.add("");
            List<JobResult> results = RevertCommand.revert(local, places, true, options, surroundings);
            int exit = ExitCode.of(results);
            surroundings
                    .err()
                    .println(
                            exit == ExitCode.DONE
                                    ? "left: the agent itself, its configuration and its state folder; loaded modules until"
                                            + " the next boot; what running VEs share until their next start"
                                    : "not all of it: see above, then run it again");
            return exit;
        }
    }
}
