package vzguard.agent.tools;

import java.util.List;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Place;

/** Runs programs in a place: on the host, or in a VE by {@code vzctl exec3}, which passes arguments as they are. */
public final class PlacePrograms {
    private final CommandRunner runner;

    public PlacePrograms(CommandRunner runner) {
        this.runner = runner;
    }

    public CommandResult run(Place place, String stdin, String... argv) {
        return runner.run(command(place, stdin, List.of(argv)));
    }

    /** The command that runs a program in a place. */
    public static Command command(Place place, String stdin, List<String> argv) {
        return place.inside()
                .map(ctid -> Vzctl.execCommand(ctid, stdin, argv))
                .orElseGet(() -> Command.of(argv).withStdin(stdin));
    }

    /** The result as evidence. */
    public static Evidence evidence(Place place, CommandResult result, String... argv) {
        return Evidence.ofProgram(
                command(place, "", List.of(argv)).toString(), result.exit(), result.out() + result.err());
    }
}
