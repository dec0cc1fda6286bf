package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What happens to a rollout. Events about jobs may come late, twice, or in any order; those about one host's connection
 * come in the order of its streams. {@code at} is the controller's clock.
 */
public sealed interface RolloutEvent {
    Instant at();

    void handle(Handler handler);

    /** One method per event, so that none is forgotten. */
    interface Handler {
        void on(HostConnected event);

        void on(HostDisconnected event);

        void on(TaskAccepted event);

        void on(TaskFinished event);

        void on(RoomElsewhere event);

        void on(Tick event);

        void on(Pause event);

        void on(Resume event);

        void on(Abort event);

        void on(Retry event);

        void on(Promote event);

        void on(Approve event);

        void on(VeStarted event);

        void on(VeHealthy event);
    }

    /**
     * A host's agent is there.
     *
     * @param heldJobs the jobs its Hello named: running, or finished and not acknowledged. A job sent before and not among
     *     them never reached the agent's disk
     */
    record HostConnected(Instant at, String hostId, Set<String> heldJobs) implements RolloutEvent {
        public HostConnected {
            heldJobs = Set.copyOf(heldJobs);
        }

        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Its stream ended. Never a reason to conclude anything before a deadline. */
    record HostDisconnected(Instant at, String hostId) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** The agent holds the job durably. */
    record TaskAccepted(Instant at, JobId job) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * The agent's result, or its refusal of the job.
     *
     * @param restartNeeded the job was refused for one reason only: its plan restarts the VE and the job did not permit
     *     that. Nothing was touched
     * @param restarted the VE was restarted by this job
     * @param healthy its VE runs, as the agent saw it afterwards; of a job that failed and might restart it, only that frees the slot
     * @param causes codes of the causes
     */
    record TaskFinished(
            Instant at,
            JobId job,
            Outcome outcome,
            boolean restartNeeded,
            boolean restarted,
            boolean healthy,
            List<String> causes,
            String summary)
            implements RolloutEvent {
        /** Of a VE that runs. */
        public TaskFinished(
                Instant at,
                JobId job,
                Outcome outcome,
                boolean restartNeeded,
                boolean restarted,
                List<String> causes,
                String summary) {
            this(at, job, outcome, restartNeeded, restarted, true, causes, summary);
        }

        public TaskFinished {
            causes = List.copyOf(causes);
        }

        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Time passed: deadlines, soaks and windows are looked at. Changes nothing before {@link Deadlines} say so. */
    record Tick(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Something outside that may have kept tasks from starting is over: another rollout gave a restart slot back, or the fleet's
     * brake was let go.
     *
     * @param everywhere not only what waits for a restart slot
     */
    record RoomElsewhere(Instant at, boolean everywhere) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Nothing new starts; what runs ends and counts. */
    record Pause(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Goes on after a pause or a stop. Failures so far no longer count towards the threshold. */
    record Resume(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Ends it for good: pending targets are skipped, running ones end and count. */
    record Abort(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Failed, refused and unreachable targets again, in the same rollout. Also resumes a stopped or completed one. */
    record Retry(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Ends the soak now. */
    record Promote(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** Targets that were skipped because they had changed since their plan was approved, by the plans that they have now. */
    record Approve(Instant at) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** A VE runs that did not run before, or that was started anew, by whomever. */
    record VeStarted(Instant at, String hostId, String ctid) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }

    /** A VE was seen running, or is no more: nothing of a restart is under way in it. */
    record VeHealthy(Instant at, String hostId, String ctid) implements RolloutEvent {
        @Override
        public void handle(Handler handler) {
            handler.on(this);
        }
    }
}
