package vzguard.controller.rollout;

import java.time.Duration;

/** What is to be done once a step is stored. All of it may be done twice without harm. */
public sealed interface RolloutEffect {

    /**
     * Offer the job to the target's host, now and on every new stream until it is answered.
     *
     * @param restartAllowed the VE may be restarted by this job
     * @param deadline what the agent gets for it
     */
    record SendJob(JobId job, Change change, boolean restartAllowed, Duration deadline) implements RolloutEffect {
        public TargetRef target() {
            return change.target();
        }
    }

    /**
     * Take the job back if the agent has not started it: it then answers as refused; one that runs goes on and answers. One
     * that never reached the agent is settled by the next {@link RolloutEvent.HostConnected}.
     */
    record CancelJob(JobId job, TargetRef target) implements RolloutEffect {}

    /** One sentence for the log and the audit. */
    record Note(String text) implements RolloutEffect {}
}
