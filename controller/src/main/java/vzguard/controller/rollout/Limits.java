package vzguard.controller.rollout;

import java.time.Duration;

/**
 * What a rollout allows hosts and jobs, beside the policy's own settings. All times are the controller's.
 *
 * @param livePerHost jobs without permission to restart, at once on one host
 * @param jobDeadline what an agent gets for one job
 * @param grace added to it before the controller takes silence for an end
 * @param patience how long targets wait for a host that is away before they are unreachable
 */
public record Limits(int livePerHost, Duration jobDeadline, Duration grace, Duration patience) {

    public static Limits standard() {
        return new Limits(4, Duration.ofMinutes(15), Duration.ofMinutes(1), Duration.ofMinutes(5));
    }
}
