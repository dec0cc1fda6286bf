package vzguard.controller.enforcement;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskState;

/**
 * One target that a policy selects, as far as it matters whether the target is to be brought to it. Its host is connected.
 *
 * @param applied revision of the policy last applied to it; 0: none
 * @param running the VE runs; true for a host
 * @param runningSince when the controller learnt that the VE runs, or was started anew; nothing for a host
 * @param connectedSince when the host's agent connected
 * @param rivals names of the policies that select it, when they are several and cannot all be had
 * @param busyWith rollout of any policy that is not done with it
 * @param last the last attempt at it by a rollout of this policy
 */
public record Newcomer(
        TargetRef target,
        long applied,
        boolean running,
        Optional<Instant> runningSince,
        Instant connectedSince,
        List<String> rivals,
        Optional<String> busyWith,
        Optional<Attempt> last) {

    public Newcomer {
        rivals = List.copyOf(rivals);
    }

    /**
     * What became of it in a rollout.
     *
     * @param to revision that it was to be brought to
     */
    public record Attempt(
            String rolloutId, RolloutState rollout, TaskState state, long to, Optional<Instant> endedAt) {}
}
