package vzguard.controller.rollout;

/**
 * What a rollout brings one target to, and what it was brought to before: fixed when the rollout starts.
 *
 * @param from revision of the rollout's policy that had been applied when it started; 0: none
 * @param to revision that it is brought to; 0: the policy is taken away. Both are 0 in a restart by hand
 */
public record Change(TargetRef target, long from, long to) {

    public Change {
        if (from < 0 || to < 0) {
            throw new IllegalArgumentException("revisions from " + from + " to " + to + " (permitted: 0 and up)");
        }
    }
}
