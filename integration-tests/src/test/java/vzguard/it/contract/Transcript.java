package vzguard.it.contract;

import java.util.List;
import java.util.Optional;

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
     * @param notReplayed why it is not replayed; empty when it is
     */
    record Observed(
            int line, String command, List<String> out, List<String> err, int exit, Optional<String> notReplayed)
            implements Step {}

    List<Observed> notReplayed() {
        return steps.stream()
                .filter(Observed.class::isInstance)
                .map(Observed.class::cast)
                .filter(observed -> observed.notReplayed().isPresent())
                .toList();
    }
}
