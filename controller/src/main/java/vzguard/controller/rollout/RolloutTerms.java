package vzguard.controller.rollout;

import java.time.Instant;
import vzguard.policy.RolloutSettings;

/**
 * What is fixed when a rollout starts.
 *
 * @param id {@code [a-z0-9]+}, unique for ever
 * @param policy name of the policy; empty for a restart of VEs by hand
 * @param revision of the policy; 0 for a restart of VEs by hand
 */
public record RolloutTerms(
        String id,
        RolloutKind kind,
        String policy,
        long revision,
        RolloutSettings settings,
        Limits limits,
        Instant startedAt) {}
