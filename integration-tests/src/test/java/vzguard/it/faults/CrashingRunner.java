package vzguard.it.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;

/**
 * Runs the programs of a host until the agent "dies" at a chosen boundary: before or after a program, or in the middle of a
 * {@code vzctl restart}. Programs that were started go on without it. Used by one thread.
 */
final class CrashingRunner implements CommandRunner {
    /** Where, seen from one program, the agent dies. */
    enum Moment {
        BEFORE,
        /** The VE is stopped, and not started again. */
        HALFWAY,
        AFTER
    }

    private final CommandRunner host;
    private final Optional<Boundary> dies;
    private final Runnable passed;
    private final List<Integer> restarts = new ArrayList<>();
    private int count;

    /** @param number of the program, from 0 */
    record Boundary(int number, Moment moment) {}

    /** @param passed told at each boundary that is passed alive */
    CrashingRunner(CommandRunner host, Optional<Boundary> dies, Runnable passed) {
        this.host = host;
        this.dies = dies;
        this.passed = passed;
    }

    /** Programs run so far. */
    int count() {
        return count;
    }

    /** Numbers of those that restart a VE. */
    List<Integer> restarts() {
        return List.copyOf(restarts);
    }

    @Override
    public CommandResult run(Command command) {
        Optional<Moment> now =
                dies.filter(boundary -> boundary.number() == count).map(Boundary::moment);
        boolean restart = isRestart(command.argv());
        if (restart) {
            restarts.add(count);
        }
        count++;
        String words = String.join(" ", command.argv());
        if (now.equals(Optional.of(Moment.BEFORE))) {
            throw new Crash("before " + words);
        }
        passed.run();
        if (restart && now.equals(Optional.of(Moment.HALFWAY))) {
            host.run(Command.of("vzctl", "stop", command.argv().get(2)).withDeadline(command.deadline()));
            throw new Crash("in the middle of " + words);
        }
        CommandResult result = host.run(command);
        if (now.isPresent()) {
            throw new Crash("after " + words);
        }
        passed.run();
        return result;
    }

    private static boolean isRestart(List<String> argv) {
        return argv.size() > 2 && argv.get(0).equals("vzctl") && argv.get(1).equals("restart");
    }
}
