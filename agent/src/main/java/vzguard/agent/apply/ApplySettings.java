package vzguard.agent.apply;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param restartDeadline how long a {@code vzctl restart} is watched; it is never killed. A graceful stop alone takes up to
 *     120 s
 * @param healthyWithin how long a VE may take from the end of {@code vzctl restart} to answering again
 * @param lockWait how long a lock of another vzctl is waited for; backups hold it for hours, then the job is skipped
 * @param lockRetry time between two attempts
 * @param look time between two looks at what is awaited
 */
public record ApplySettings(
        Duration restartDeadline, Duration healthyWithin, Duration lockWait, Duration lockRetry, Duration look) {
    public static final ApplySettings DEFAULT = new ApplySettings(
            Duration.ofSeconds(600),
            Duration.ofSeconds(180),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofMillis(500));
}
