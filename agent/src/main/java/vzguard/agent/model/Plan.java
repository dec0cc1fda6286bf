package vzguard.agent.model;

import java.util.List;

/**
 * What would change at one place, and why.
 *
 * @param steps in the order in which they are done
 * @param causes why it is blocked, unknown or pending
 * @param warnings what the operator should know before applying
 * @param hash SHA-256 (hex) over place, steps and what was observed to plan them
 */
public record Plan(
        Place place,
        ChangeClass changeClass,
        List<Step> steps,
        List<Cause> causes,
        List<String> warnings,
        String hash) {
    public Plan {
        steps = List.copyOf(steps);
        causes = List.copyOf(causes);
        warnings = List.copyOf(warnings);
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    public boolean restarts() {
        return steps.stream().anyMatch(step -> step.kind() == Step.Kind.RESTART_VE);
    }
}
