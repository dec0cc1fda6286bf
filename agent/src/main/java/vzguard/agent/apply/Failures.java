package vzguard.agent.apply;

import vzguard.agent.exec.CommandResult;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.tools.Vzctl;

/** What went wrong with a program, named. */
final class Failures {
    private Failures() {}

    /** A program that did not do what it was run for. */
    static StepResult.Failed of(String commandLine, CommandResult result, String what) {
        return of(commandLine, result, what, "");
    }

    /** @param cure what helps, where that does not depend on how the program ended */
    static StepResult.Failed of(String commandLine, CommandResult result, String what, String cure) {
        Evidence evidence = Evidence.ofProgram(commandLine, result.exit(), result.out() + result.err());
        if (result.exit() == Vzctl.LOCKED && commandLine.startsWith("vzctl ")) {
            return failed(
                    CauseCode.CT_LOCKED,
                    what + ": another vzctl holds the lock",
                    cure.isEmpty() ? "try again later" : cure,
                    evidence);
        }
        if (result.timedOut()) {
            return failed(
                    CauseCode.PROGRAM_TIMED_OUT, what + ": " + commandLine + " did not end in time", cure, evidence);
        }
        if (result.wasKilled()) {
            return failed(
                    CauseCode.PROGRAM_KILLED,
                    what + ": " + commandLine + " was " + result.explain(),
                    cure.isEmpty() ? "nothing of it is left: try again" : cure,
                    evidence);
        }
        if (result.exit() == 0) {
            return failed(
                    CauseCode.NO_EFFECT,
                    what + ": " + commandLine + " said that it succeeded, and nothing changed",
                    cure,
                    evidence);
        }
        return failed(
                CauseCode.PROGRAM_FAILED, what + ": " + commandLine + " failed, " + result.explain(), cure, evidence);
    }

    static StepResult.Failed failed(CauseCode code, String summary, String cure) {
        return new StepResult.Failed(Cause.of(code, summary, cure));
    }

    private static StepResult.Failed failed(CauseCode code, String summary, String cure, Evidence evidence) {
        return new StepResult.Failed(Cause.of(code, summary, cure).with(evidence));
    }
}
