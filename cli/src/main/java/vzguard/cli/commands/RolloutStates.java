package vzguard.cli.commands;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import vzguard.cli.outcome.CommandFailed;
import vzguard.v1.TaskState;

/** States of targets as people type them: {@code failed}, {@code no-op}. */
final class RolloutStates {
    private static final String PREFIX = "TASK_STATE_";

    private RolloutStates() {}

    /** @throws CommandFailed naming the permitted words */
    static List<TaskState> parse(List<String> words) {
        return words.stream().map(RolloutStates::parse).distinct().toList();
    }

    private static TaskState parse(String word) {
        String name = PREFIX + word.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(TaskState.values())
                .filter(state -> state != TaskState.UNRECOGNIZED && state != TaskState.TASK_STATE_UNSPECIFIED)
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CommandFailed.badInput("--state \"" + word
                        + "\" (permitted: pending, running, done, no-op, failed, refused, unreachable, skipped)"));
    }
}
