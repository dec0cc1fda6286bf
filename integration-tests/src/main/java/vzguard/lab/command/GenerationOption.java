package vzguard.lab.command;

import java.util.List;
import picocli.CommandLine.Option;
import vzguard.lab.model.Generation;

/** What brings a lab up takes it: which generation of OpenVZ its hosts are. */
public final class GenerationOption {
    @Option(
            names = "--generation",
            defaultValue = "observed",
            paramLabel = "NAME",
            description =
                    "What the hosts are: observed (vzctl 4.11.1 as seen), lenny, el5, el6, ovz6, ovz7, ovz9, unknown"
                            + " (default: ${DEFAULT-VALUE}).")
    String word = "observed";

    /** The generation that was asked for; the usual one for a word that {@link #problems} complains about. */
    public Generation generation() {
        return Generation.of(word).orElse(Generation.OBSERVED);
    }

    /** What is wrong with what was asked for; empty when nothing is. */
    public List<String> problems() {
        return Generation.of(word).isPresent()
                ? List.of()
                : List.of("--generation: \"" + word + "\" is not one of " + Generation.words());
    }
}
