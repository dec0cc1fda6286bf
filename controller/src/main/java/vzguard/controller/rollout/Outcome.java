package vzguard.controller.rollout;

/** What an agent reported for a job. */
public enum Outcome {
    DONE(TaskState.DONE),
    NO_OP(TaskState.NO_OP),
    FAILED(TaskState.FAILED),
    REFUSED(TaskState.REFUSED),
    SKIPPED(TaskState.SKIPPED);

    private final TaskState state;

    Outcome(TaskState state) {
        this.state = state;
    }

    /** The end that it puts a task to. */
    public TaskState state() {
        return state;
    }

    public boolean isSuccess() {
        return this == DONE || this == NO_OP;
    }
}
