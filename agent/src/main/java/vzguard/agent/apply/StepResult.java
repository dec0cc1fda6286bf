package vzguard.agent.apply;

import vzguard.agent.model.Cause;

/** How one step ended. */
sealed interface StepResult {
    /** It is as the step wants it, read back. */
    record Done() implements StepResult {}

    /** It is not. */
    record Failed(Cause cause) implements StepResult {}

    StepResult DONE = new Done();
}
