package vzguard.controller.rollout;

import java.util.List;

/**
 * What an event does. The order is: store {@code next.progress()} and {@code changedTasks} in one transaction, then carry out
 * the effects and acknowledge the result that the event brought. A crash in between is repaired by {@link Rollout#resend}.
 *
 * @param changedTasks rows that differ from before, by index
 * @param refusal why an operator's command cannot be taken now, one sentence, and then nothing changed; empty otherwise
 */
public record Step(Rollout next, List<TaskRow> changedTasks, List<RolloutEffect> effects, String refusal) {
    public Step {
        changedTasks = List.copyOf(changedTasks);
        effects = List.copyOf(effects);
    }
}
