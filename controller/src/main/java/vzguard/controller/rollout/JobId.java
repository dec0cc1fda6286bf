package vzguard.controller.rollout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of the job that carries out one attempt at one target. It follows from the rollout's state alone, so that after a
 * crash the same job is offered again under the same name, and agents run a name once.
 *
 * @param rolloutId id of the rollout, {@code [a-z0-9]+}
 * @param task index of the task in the rollout's frozen list
 * @param attempt 1 and up
 * @param restart the job may restart the VE and holds a restart slot; an attempt has at most one job without and one with
 */
public record JobId(String rolloutId, int task, int attempt, boolean restart) {
    private static final Pattern TEXT = Pattern.compile("([a-z0-9]+)-([0-9]{1,9})-([0-9]{1,9})(-restart)?");

    /** Empty when the text names no rollout's job (a diagnosis, say). */
    public static Optional<JobId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new JobId(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)),
                        matcher.group(4) != null))
                : Optional.empty();
    }

    /** {@code r7-12-1} or {@code r7-12-1-restart}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return rolloutId + "-" + task + "-" + attempt + (restart ? "-restart" : "");
    }
}
