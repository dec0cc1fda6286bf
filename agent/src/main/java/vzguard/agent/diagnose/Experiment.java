package vzguard.agent.diagnose;

import java.util.List;
import java.util.Optional;
import vzguard.agent.model.Evidence;

/**
 * What came of trying the two published rules in a scratch chain that nothing jumps to.
 *
 * @param iptables {@code iptables --version} as it answered; empty when the place could not be asked
 * @param trials one per rule; none when it would have changed something, or could not be tried
 * @param locked the attempt that another program's lock kept out, each time it was made
 */
public record Experiment(Optional<Evidence> iptables, List<Trial> trials, Optional<Evidence> locked) {
    /** Nothing was tried. */
    public static final Experiment NONE = new Experiment(Optional.empty(), List.of(), Optional.empty());

    public Experiment {
        trials = List.copyOf(trials);
    }

    /** Of an experiment that nothing kept out. */
    public static Experiment of(Evidence iptables, List<Trial> trials) {
        return new Experiment(Optional.of(iptables), trials, Optional.empty());
    }

    /** One rule, and iptables' words, verbatim. */
    public record Trial(Evidence evidence) {
        public boolean accepted() {
            return evidence.exit().orElse(1) == 0;
        }
    }

    boolean iptablesMissing() {
        return iptables.filter(version -> version.exit().orElse(0) != 0).isPresent();
    }

    List<Evidence> refusals() {
        return trials.stream()
                .filter(trial -> !trial.accepted())
                .map(Trial::evidence)
                .toList();
    }

    /** Both rules were tried and taken. */
    boolean allAccepted() {
        return !trials.isEmpty() && refusals().isEmpty();
    }
}
