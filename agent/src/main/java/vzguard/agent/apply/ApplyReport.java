package vzguard.agent.apply;

import java.util.List;
import java.util.Optional;
import vzguard.agent.model.Cause;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Outcome;
import vzguard.agent.model.Plan;

/**
 * How an apply, a restart or a revert ended.
 *
 * @param summary one sentence for people
 * @param causes why, unless all is as asked
 * @param restarted the VE was restarted by this job, also when the agent died in the middle
 * @param plan what was carried out; empty for a restart by hand
 * @param after the place as it was seen last
 */
public record ApplyReport(
        Outcome outcome,
        String summary,
        List<Cause> causes,
        boolean restarted,
        Optional<Plan> plan,
        Optional<HostSnapshot> after) {
    public ApplyReport {
        causes = List.copyOf(causes);
    }
}
