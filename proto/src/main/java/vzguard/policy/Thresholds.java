package vzguard.policy;

/**
 * What stops a rollout by itself. Each kind of ending is counted apart: a target counts in one of them only.
 *
 * @param overall over all waves; percent are of all targets
 * @param perWave since the wave began; percent are of the wave's targets
 */
public record Thresholds(Counts overall, Counts perWave) {
    /** One failure or one time-out anywhere, or a fifth of a wave unreachable. */
    public static final Thresholds DEFAULT = failures(Threshold.of(1));

    /** The defaults beside a limit of failures, which is that of time-outs too. */
    public static Thresholds failures(Threshold failures) {
        return new Thresholds(
                new Counts(failures, Threshold.NEVER, Threshold.NEVER, failures),
                new Counts(Threshold.NEVER, Threshold.NEVER, new Threshold(20, true), Threshold.NEVER));
    }

    /**
     * One threshold for each kind.
     *
     * @param failures the agent tried and could not
     * @param refused the agent would not, or the policy does not permit it
     * @param unreachable the host was away when the turn came, or was not heard of until the deadline
     * @param timedOut the agent had begun and gave no result in time, or said that the time was not enough
     */
    public record Counts(Threshold failures, Threshold refused, Threshold unreachable, Threshold timedOut) {}
}
