package vzguard.it.contract;

import java.util.List;
import java.util.Map;

/** One section of the observed transcripts. */
record Transcript(String title, List<Step> steps) {
    Transcript {
        steps = List.copyOf(steps);
    }

    /** One thing to do. */
    sealed interface Step {}

    /** Something that makes the host as it was when the section was observed: its output does not count. */
    record Given(String directive, String argument) implements Step {}

    /**
     * An observed command.
     *
     * @param source where it stands when it was not seen but made of facts; empty when it was seen
     * @param notReplayed the floors on which it is not replayed, and why
     */
    record Observed(
            int line,
            String command,
            List<String> out,
            List<String> err,
            int exit,
            String source,
            Map<FloorKind, String> notReplayed)
            implements Step {
        boolean isReplayedOn(FloorKind floor) {
            return !notReplayed.containsKey(floor);
        }
    }

    List<Observed> commands() {
        return steps.stream()
                .filter(Observed.class::isInstance)
                .map(Observed.class::cast)
                .toList();
    }
}
