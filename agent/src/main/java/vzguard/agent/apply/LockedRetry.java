package vzguard.agent.apply;

import java.time.Clock;
import java.util.function.Supplier;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.tools.Vzctl;

/** Runs a vzctl that changes something, and waits for a lock: vzctl itself never waits, it exits 9 at once. */
final class LockedRetry {
    private final HostGate gate;
    private final ApplySettings settings;
    private final Pause pause;
    private final Clock clock;

    LockedRetry(HostGate gate, ApplySettings settings, Pause pause, Clock clock) {
        this.gate = gate;
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
    }

    /** The result of the last attempt: exit 9 when the lock was held all the time. */
    CommandResult run(Supplier<CommandResult> attempt) {
        return pause.until(
                () -> gate.changing(attempt),
                result -> result.exit() != Vzctl.LOCKED || result.timedOut(),
                settings.lockWait(),
                settings.lockRetry(),
                clock);
    }
}
