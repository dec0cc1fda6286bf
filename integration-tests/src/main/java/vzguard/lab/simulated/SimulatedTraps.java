package vzguard.lab.simulated;

import java.time.Duration;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.Trap;
import vzguard.values.Ctid;

/** Sets {@link Trap}s on a simulated host, by the same lines as {@code lab trap}. */
public final class SimulatedTraps {
    private static final Duration LONG = Duration.ofHours(1);

    private final SimulatedHost host;

    public SimulatedTraps(SimulatedHost host) {
        this.host = host;
    }

    /**
     * Sets a trap about a VE, or about the whole host, for which the VE does not matter.
     *
     * @throws IllegalStateException when its line fails, or the simulated lab does not have it
     */
    public void set(Trap trap, Ctid ctid) {
        if (!trap.isSimulated()) {
            throw new IllegalStateException(trap.word() + " is for real labs only");
        }
        run(trap, trap.line(), ctid);
    }

    /** @throws IllegalStateException when the trap cannot be taken away */
    public void undo(Trap trap, Ctid ctid) {
        run(trap, trap.undo().orElseThrow(() -> new IllegalStateException(trap.word() + " cannot be undone")), ctid);
    }

    private void run(Trap trap, String line, Ctid ctid) {
        Command command = Command.of("sh", "-c", line, "sh", ctid.text()).withDeadline(LONG);
        CommandResult result = trap.where() == Trap.Where.VE ? host.runInside(ctid, command) : host.run(command);
        if (!result.succeeded()) {
            throw new IllegalStateException(trap.word() + " on " + host.name() + ": " + result.explain());
        }
    }
}
