package vzguard.lab.command;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import vzguard.lab.model.Generation;
import vzguard.lab.model.LabBoot;

/** What brings a lab up takes it: how its hosts and VEs boot. */
public final class BootOption {
    @Option(
            names = "--boot",
            paramLabel = "LAYOUT",
            description =
                    "How hosts and VEs boot: debian, debian-persistent, rhel6, rhel7, alpine (default: as the generation does,"
                            + " debian in the simulated lab).")
    Optional<String> word = Optional.empty();

    /** The layout that was asked for, else the generation's; that too for a word that {@link #problems} complains about. */
    public LabBoot boot(Generation generation) {
        return word.flatMap(LabBoot::of).orElse(generation.boot());
    }

    /** What is wrong with what was asked for; empty when nothing is. */
    public List<String> problems(boolean simulated) {
        if (word.isEmpty()) {
            return List.of();
        }
        if (LabBoot.of(word.get()).isEmpty()) {
            return List.of("--boot: \"" + word.get() + "\" is not one of " + LabBoot.words());
        }
        return simulated && !LabBoot.of(word.get()).equals(Optional.of(LabBoot.DEBIAN))
                ? List.of("--boot: the hosts of the simulated lab boot as debian only; " + word.get()
                        + " needs the real lab, without --simulated")
                : List.of();
    }
}
